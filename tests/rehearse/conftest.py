"""One quiet day and one troubled day of the hospital that ships, written once for all these tests."""

import polars as pl
import pytest
from tests.rehearse.written import SEED, START, Written, located

from cloison.model.hospital import Hospital
from cloison.rehearse.day import write_day
from cloison.rehearse.habit import Day
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load


@pytest.fixture(scope="session")
def hospital() -> Hospital:
    with shipped_map() as path:
        return load(path)


@pytest.fixture(scope="session")
def quiet(hospital, tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("quiet")
    return Written(folder, write_day(hospital, folder, seed=SEED, start=START, intrusion=False))


@pytest.fixture(scope="session")
def troubled(hospital, tmp_path_factory) -> Written:
    folder = tmp_path_factory.mktemp("troubled")
    return Written(folder, write_day(hospital, folder, seed=SEED, start=START))


@pytest.fixture(scope="session")
def quiet_conn(quiet, hospital) -> pl.DataFrame:
    return located(quiet.conn(), hospital)


@pytest.fixture(scope="session")
def troubled_conn(troubled, hospital) -> pl.DataFrame:
    return located(troubled.conn(), hospital)


@pytest.fixture(scope="session")
def day(hospital) -> Day:
    """The machines of the day, with nothing lived yet; tests only read it."""
    return Day(hospital, SEED)
