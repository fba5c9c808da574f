from tests.rehearse.intruder.stages import act, setting_in, standing, target


def test_each_server_that_takes_the_account_is_looked_at(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "remote"):
        where = target(setting, "dossier")
        told = act(tmp_path / "acts", "move-ssh", where, setting=setting)
        log = "".join(path.read_text() for path in (tmp_path / "range").rglob("remote.log"))
    assert told == [("move-ssh", where.address)]
    weak = next(one for one in setting.accounts if one.weak)
    assert f"Accepted password for {weak.name}" in log


def test_without_an_account_it_only_knocks(tmp_path):
    setting = setting_in(tmp_path / "range")
    where = target(setting, "dossier")
    assert act(tmp_path / "acts", "move-ssh", where, shift=setting.shift) == [("move-ssh", where.address)]
