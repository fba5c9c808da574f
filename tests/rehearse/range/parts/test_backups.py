from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.parts.backups import repository, surroundings


def test_the_repository_is_made_once_and_kept(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "backups"):
        made = (repository(setting) / "config").read_bytes()
    with standing(setting, "backups") as (part,):
        assert part.ready()
        assert (repository(setting) / "config").read_bytes() == made
    assert (tmp_path / "keys" / "depot").stat().st_mode & 0o077 == 0
    assert surroundings(setting)["RESTIC_PASSWORD_FILE"] == str(tmp_path / "keys" / "depot")
