"""Doors as hypothesis makes them."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st

from cloison.model.hospital import ConduitId, Level
from cloison.model.sealing import Crossing, DoorRules, Passing, Span, Vanishing


def spans(version):
    kind, top = (IPv4Address, 2**32 - 1) if version == 4 else (IPv6Address, 2**128 - 1)
    pairs = st.tuples(st.integers(0, top), st.integers(0, top))
    return pairs.map(lambda pair: Span(first=kind(min(pair)), last=kind(max(pair))))


PORTS = st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: (min(pair), max(pair)))


def ends(version):
    return {"source": spans(version), "target": spans(version)}


CROSSINGS = st.one_of(*(st.builds(Crossing, **ends(version)) for version in (4, 6)))
PASSINGS = st.one_of(
    *(
        st.builds(Passing, **ends(version), protocol=st.integers(0, 255), ports=ports)
        for version in (4, 6)
        for ports in (st.none(), PORTS)
    )
)


def in_set_order(members):
    """Put members as a device's text groups them, set by set."""
    groups = {}
    for member in members:
        ported = isinstance(member, Passing) and member.ports is not None
        groups.setdefault((member.source.first.version, ported), []).append(member)
    return tuple(member for group in groups.values() for member in group)


DOORS = st.lists(
    st.builds(
        DoorRules,
        conduit=st.text(min_size=1, max_size=12).map(ConduitId),
        level=st.sampled_from([Level.CLOSED, Level.LIFELINE]),
        vanishing=st.sampled_from(Vanishing),
        crossings=st.lists(CROSSINGS, max_size=3).map(in_set_order),
        passings=st.lists(PASSINGS, max_size=3).map(in_set_order),
    ),
    max_size=3,
).map(tuple)
