from tests.rehearse.intruder.stages import act, setting_in, standing, target


def test_dummy_files_are_copied_up_to_its_bounds(tmp_path):
    setting = setting_in(tmp_path / "range")
    parameters = {"files": 4, "megabytes": 1, "per_minute": 3000}
    with standing(setting, "share"):
        where = target(setting, "fichiers")
        told = act(tmp_path / "acts", "collect", where, setting=setting, parameters=parameters)
    assert told == [("collect", where.address)]
    copied = (tmp_path / "acts" / "collected.dummy").read_bytes()
    assert copied.startswith(b"EXERCICE ")
    assert copied.count(b"EXERCICE ") >= 4
