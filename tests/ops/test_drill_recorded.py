from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from cloison.errors import MissingFileError
from cloison.model.observations import Kind, conform
from cloison.ops.drill_recorded import DRIVER, dry, in_steps, on_records
from cloison.store.hospital_file import load


def test_every_point_of_cut_is_in_memory_and_no_address_remains(shipped_day):
    hospital = load(shipped_day / "hospital.toml")
    points = dry(hospital).enforcement_points
    assert [one.id for one in points] == [one.id for one in hospital.enforcement_points]
    assert {(one.driver, one.address) for one in points} == {(DRIVER, None)}


def test_records_that_are_not_there_are_refused(shipped_day, tmp_path):
    with pytest.raises(MissingFileError):
        on_records([tmp_path / "absent"], load(shipped_day / "hospital.toml"), tmp_path)


def test_a_day_is_read_in_stretches_of_time_and_nothing_is_lost():
    moments = [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in (0, 4, 5, 17)]
    frame = conform(Kind.DHCP, pl.DataFrame({"ts": moments, "seen_at": moments, "record": [1, 2, 3, 4]}))
    parts = [part[Kind.DHCP]["record"].to_list() for part in in_steps({Kind.DHCP: frame}, timedelta(minutes=5))]
    assert parts == [[1, 2], [3], [4]]


def test_it_is_over_when_all_is_read(shipped_day, tmp_path):
    (tmp_path / "logs").mkdir()
    lines = (shipped_day / "logs" / "dhcp.log").read_bytes().splitlines(keepends=True)
    (tmp_path / "logs" / "dhcp.log").write_bytes(b"".join(lines[:20]))
    scene = on_records([tmp_path / "logs"], load(shipped_day / "hospital.toml"), tmp_path / "home")
    while not scene.over():
        scene.look()
    assert scene.first_act() is None
    assert (scene.care({}), scene.stay(), scene.deeds()) == ((), None, 0)
