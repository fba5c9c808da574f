from tests.rehearse.intruder.stages import act, setting_in, standing, target

from cloison.rehearse.intruder.acts.move_smb import DUMMY


def test_a_dummy_program_is_put_on_the_share_of_administrators(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "share"):
        where = target(setting, "fichiers")
        told = act(tmp_path / "acts", "move-smb", where, setting=setting, parameters={"program": "essai.exe"})
    assert told == [("move-smb", where.address)]
    assert [path.read_bytes() for path in tmp_path.rglob("essai.exe")] == [DUMMY]


def test_without_an_account_it_only_knocks(tmp_path):
    setting = setting_in(tmp_path / "range")
    where = target(setting, "fichiers")
    assert act(tmp_path / "acts", "move-smb", where, shift=setting.shift) == [("move-smb", where.address)]
