from tests.rehearse.intruder.stages import OUTSIDE, act, open_outside

from cloison.rehearse.intruder.bounds import Bounds
from cloison.rehearse.intruder.outward import _Outside


def test_it_sends_dummy_bytes_in_equal_parts_within_its_bounds(tmp_path, monkeypatch):
    open_outside(tmp_path, monkeypatch)
    sizes = []
    answer = _Outside.do_POST
    monkeypatch.setattr(
        _Outside, "do_POST", lambda self: (sizes.append(int(self.headers["Content-Length"])), answer(self))
    )
    parameters = {"megabytes": 0.4, "part_megabytes": 0.1, "every_minutes": 1}
    act(tmp_path / "acts", "exfiltrate", OUTSIDE, parameters=parameters)
    assert sizes == [int(0.1 * 2**20)] * 4
    act(tmp_path / "less", "exfiltrate", OUTSIDE, parameters=parameters, bounds=Bounds(bytes_=250_000))
    assert len(sizes) == 6
