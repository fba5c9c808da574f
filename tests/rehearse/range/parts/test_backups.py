from datetime import timedelta

from tests.rehearse.range.furnished import places, setting_in, standing

from cloison.rehearse.range.parts.backups import repository, surroundings

PATIENCE = timedelta(seconds=60)


def test_what_was_copied_comes_back_whole_and_a_repository_that_is_there_is_kept(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "backups"):
        (tmp_path / "dossier").mkdir()
        (tmp_path / "dossier" / "lettre.txt").write_text("EXERCICE")
        restic = ["restic", "--repo", str(repository(setting)), "--quiet"]
        for step in (["backup", str(tmp_path / "dossier")], ["restore", "latest", "--target", str(tmp_path / "rendu")]):
            done = places()["copies"].run([*restic, *step], timeout=PATIENCE, env=surroundings(setting))
            assert done.returncode == 0, done.stderr
    back = tmp_path / "rendu" / (tmp_path / "dossier" / "lettre.txt").relative_to("/")
    assert back.read_text() == "EXERCICE"
    made = (repository(setting) / "config").read_bytes()
    with standing(setting, "backups"):
        assert (repository(setting) / "config").read_bytes() == made
