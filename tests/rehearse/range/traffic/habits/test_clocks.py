import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_a_machine_gets_the_time_and_knows_when_it_does_not(tmp_path):
    setting = setting_in(tmp_path)
    one = errand("clocks", "poste", "annuaire", 123)
    with standing(setting, "clock"):
        assert lived(setting, one) == [0]
    with pytest.raises(ConnectionError):
        lived(setting, one)


def test_machines_ask_where_the_map_lets_them(tmp_path):
    asking = {one.source for one in drawn(setting_in(tmp_path), "clocks", hours=72)}
    assert asking == {"poste", "pacs", "interfaces", "dossier", "base", "fichiers"}
