from tests.rehearse.intruder.stages import OUTSIDE, act, open_outside

from cloison.rehearse.intruder.stage import Target


def test_a_desk_fetches_the_document_and_keeps_nothing(tmp_path, monkeypatch):
    open_outside(tmp_path, monkeypatch)
    assert act(tmp_path / "acts", "fetch", OUTSIDE) == [("fetch", OUTSIDE.address)]
    assert [path.name for path in (tmp_path / "acts").iterdir()] == ["truth.jsonl"]


def test_a_site_that_is_away_is_left_for_the_next(tmp_path, monkeypatch):
    open_outside(tmp_path, monkeypatch)
    away = Target(name="absent", address="127.0.66.9")
    assert act(tmp_path / "acts", "fetch", away, OUTSIDE) == [("fetch", away.address), ("fetch", OUTSIDE.address)]
