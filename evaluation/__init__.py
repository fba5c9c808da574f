"""The evaluation: what the detectors find in recordings that others made, and how often they cry wolf."""
