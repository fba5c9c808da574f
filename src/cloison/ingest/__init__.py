"""Machines' doors, inwards: files to tables of observations; one file per format under `formats`."""
