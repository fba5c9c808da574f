import pytest

from cloison.rehearse.intruder.bounds import Bounds, Purse, SpentError


def test_each_bound_ends_an_act():
    now = [0.0]
    purse = Purse(Bounds(seconds=10, connections=2, bytes_=100), clock=lambda: now[0])
    purse.connect()
    purse.connect()
    with pytest.raises(SpentError):
        purse.connect()
    purse.carry(60)
    with pytest.raises(SpentError):
        purse.carry(41)
    purse.carry(40)
    assert purse.seconds_left == 10
    now[0] = 10.0
    with pytest.raises(SpentError):
        purse.carry(0)
