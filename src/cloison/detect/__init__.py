"""Observations to findings: one file per detector, in `cloison.detect.detectors`."""
