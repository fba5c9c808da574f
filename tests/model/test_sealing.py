from ipaddress import ip_address

from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import Crossing, DoorRules, Passing, Span, Vanishing

HERE = Span(first=ip_address("10.0.0.0"), last=ip_address("10.0.0.255"))
THERE = Span(first=ip_address("10.1.0.0"), last=ip_address("10.1.0.255"))


def test_lifelines_come_before_what_would_stop_them():
    stop, keep = Crossing(source=HERE, target=THERE), Passing(source=HERE, target=THERE, protocol=6, ports=(104, 104))
    door = DoorRules(
        conduit=ConduitId("a>b"),
        level=Level.LIFELINE,
        vanishing=Vanishing.STAY_SHUT,
        crossings=(stop,),
        passings=(keep,),
    )
    assert door.members == (keep, stop)
