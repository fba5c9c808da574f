"""One detector a file, found by walking this package: see docs/adding-a-detector.md."""
