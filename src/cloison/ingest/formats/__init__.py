"""One file per format; each holds one class that is a `Format`, found by walking this package."""
