import pytest

from cloison.errors import MissingFileError
from cloison.ops.drill_recorded import DRIVER, dry, on_records
from cloison.store.hospital_file import load


def test_every_point_of_cut_is_in_memory_and_no_address_remains(shipped_day):
    hospital = load(shipped_day / "hospital.toml")
    points = dry(hospital).enforcement_points
    assert [one.id for one in points] == [one.id for one in hospital.enforcement_points]
    assert {(one.driver, one.address) for one in points} == {(DRIVER, None)}


def test_records_that_are_not_there_are_refused(shipped_day, tmp_path):
    with pytest.raises(MissingFileError):
        on_records([tmp_path / "absent"], load(shipped_day / "hospital.toml"), tmp_path)


def test_it_is_over_when_all_is_read(shipped_day, tmp_path):
    (tmp_path / "logs").mkdir()
    for name in ("dhcp.log",):
        (tmp_path / "logs" / name).write_bytes((shipped_day / "logs" / name).read_bytes())
    scene = on_records([tmp_path / "logs"], load(shipped_day / "hospital.toml"), tmp_path / "home")
    while not scene.over():
        scene.look()
    assert scene.first_act() is None
    assert (scene.care({}), scene.stay(), scene.deeds()) == ((), None, 0)
