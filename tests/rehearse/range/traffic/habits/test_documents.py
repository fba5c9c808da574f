import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_people_open_and_save_files_and_machines_fetch_their_policies(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "share"):
        for kind, target in (("open", "fichiers"), ("save", "fichiers"), ("policy", "annuaire")):
            assert lived(setting, errand("documents", "poste", target, 445, kind=kind, draw=4)) == [0]
    saved = list((tmp_path / "parts" / "share-serveurs" / "fichiers" / "PERSONNEL").rglob("*.docx"))
    assert saved


def test_a_server_that_is_away_is_an_error(tmp_path):
    with pytest.raises(ConnectionError):
        lived(setting_in(tmp_path), errand("documents", "poste", "fichiers", 445, kind="open", draw=1))


def test_desks_visit_their_shares(tmp_path):
    assert {one.target for one in drawn(setting_in(tmp_path), "documents")} == {"fichiers", "annuaire"}
