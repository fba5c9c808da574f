from tests.rehearse.intruder.stages import OUTSIDE, act, open_outside

from cloison.rehearse.intruder.outward import _Outside


def test_it_calls_until_its_time_is_up(tmp_path, monkeypatch):
    open_outside(tmp_path, monkeypatch)
    calls = []
    answer = _Outside.do_POST
    monkeypatch.setattr(_Outside, "do_POST", lambda self: (calls.append(self.path), answer(self)))
    told = act(tmp_path / "acts", "beacon", OUTSIDE, parameters={"every_minutes": 10, "jitter": 0.1, "for_minutes": 45})
    assert told == [("beacon", OUTSIDE.address)]
    assert calls == ["/accueil"] * len(calls)
    assert 4 <= len(calls) <= 6


def test_it_calls_again_an_outside_that_does_not_answer(tmp_path):
    told = act(tmp_path, "beacon", OUTSIDE, shift=20_000, parameters={"every_minutes": 10, "for_minutes": 20})
    assert told == [("beacon", OUTSIDE.address)]
