"""The shipped hospital, laid out."""

from pathlib import Path

import pytest

from cloison.rehearse.range.layout import RangeLayout, lay_out
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load


@pytest.fixture(scope="session")
def layout() -> RangeLayout:
    with shipped_map() as path:
        return lay_out(load(Path(path)))
