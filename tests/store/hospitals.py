"""Valid hospitals of every shape, for properties: unicode names, IPv6, nested needs, learned entries."""

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from hypothesis import strategies as st

from cloison.model.hospital import (
    AllOf,
    AnyOf,
    Asset,
    AssetId,
    CareService,
    CareServiceId,
    Conduit,
    ConduitId,
    Degraded,
    DoorId,
    EnforcementPoint,
    EnforcementPointId,
    Flow,
    FlowId,
    Hospital,
    Learned,
    Needs,
    Network,
    SpreadProbabilities,
    SpreadRates,
    Zone,
    ZoneId,
    ZoneKind,
)

texts = st.text(max_size=20)
names = st.one_of(
    st.from_regex(r"[a-z][a-z0-9>.-]{0,10}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1, max_size=8),
).filter(str.strip)
amounts = st.floats(0, 1e9, allow_nan=False)
shares = st.floats(0, 1, allow_nan=False)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
services = st.one_of(
    st.just("icmp"),
    st.integers(0, 255).map("ip/{}".format),
    st.tuples(st.sampled_from(["tcp", "udp", "sctp"]), st.integers(1, 65535)).map(lambda p: f"{p[0]}/{p[1]}"),
    st.tuples(st.integers(1, 30000), st.integers(30000, 65535)).map(lambda p: f"tcp/{p[0]}-{p[1]}"),
)


@st.composite
def learned(draw: st.DrawFn) -> Learned | None:
    if draw(st.booleans()):
        return None
    first, last = sorted([draw(moments), draw(moments)])
    return Learned(
        first=first,
        last=last,
        records=draw(st.integers(0, 10**9)),
        bytes_=draw(st.integers(0, 2**63 - 1)),
        because=tuple(draw(st.lists(texts, max_size=2))),
    )


def _ids(draw: st.DrawFn, most: int, least: int = 0) -> list[str]:
    return draw(st.lists(names, min_size=least, max_size=most, unique=True))


def _networks(draw: st.DrawFn, place: int) -> tuple[Network, ...]:
    four = [IPv4Network((f"10.{place}.{third}.0", 24)) for third in draw(st.sets(st.integers(0, 255), max_size=2))]
    six = [IPv6Network((f"2001:db8:{place}:{part:x}::", 64)) for part in draw(st.sets(st.integers(0, 9), max_size=1))]
    return (*four, *six)


def _zone(draw: st.DrawFn, name: str, place: int) -> Zone:
    return Zone(
        id=ZoneId(name),
        name=draw(names),
        kind=draw(st.sampled_from(ZoneKind)),
        networks=_networks(draw, place),
        patient_records=draw(st.integers(0, 10**9)),
        learned=draw(learned()),
    )


def _asset(draw: st.DrawFn, name: str, place: int, zones: Sequence[Zone]) -> Asset:
    zone = draw(st.sampled_from(zones))
    homes = [network[place + 1] for network in zone.networks]
    addresses = [*homes, ip_address(f"192.0.2.{place + 1}")]
    return Asset(
        id=AssetId(name),
        name=draw(names),
        zone=zone.id,
        addresses=tuple(draw(st.lists(st.sampled_from(addresses), unique=True, max_size=3))),
        role=draw(st.none() | texts),
        learned=draw(learned()),
    )


def _conduit(draw: st.DrawFn, name: str, zones: Sequence[Zone], points: Sequence[EnforcementPoint]) -> Conduit:
    from_, to = draw(st.permutations(zones))[:2]
    most, middle, least = sorted([draw(shares), draw(shares), draw(shares)], reverse=True)
    rates = SpreadRates(open=most * 1000, lifeline=middle * 1000)
    spread = SpreadProbabilities(open=most, lifeline=middle, closed=least)
    which = draw(st.sampled_from(["", "rates", "spread"]))
    return Conduit(
        id=ConduitId(name),
        from_=from_.id,
        to=to.id,
        services=tuple(draw(st.lists(services, max_size=12))),
        enforced_by=draw(st.none() | st.sampled_from([point.id for point in points])) if points else None,
        close_minutes=draw(amounts),
        door=draw(st.none() | names.map(DoorId)),
        spread_per_hour=rates if which == "rates" else None,
        spread=spread if which == "spread" else None,
        learned=draw(learned()),
    )


def _needs(leaves: Sequence[str]) -> st.SearchStrategy[Needs | None]:
    if not leaves:
        return st.none()
    nests = st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.builds(
            lambda kind, of: kind(of=tuple(of)),
            st.sampled_from([AllOf, AnyOf]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=8,
    )
    return st.none() | nests


@st.composite
def hospitals(draw: st.DrawFn) -> Hospital:
    """Draw a hospital that keeps every rule of the map."""
    zones = [_zone(draw, name, place) for place, name in enumerate(_ids(draw, 4))]
    assets = [_asset(draw, name, place, zones) for place, name in enumerate(_ids(draw, 3))] if zones else []
    points = [
        EnforcementPoint(
            id=EnforcementPointId(name),
            driver=draw(names),
            place=draw(st.none() | texts),
            person=draw(st.none() | texts),
        )
        for name in _ids(draw, 2)
    ]
    conduits = [_conduit(draw, name, zones, points) for name in _ids(draw, 4)] if len(zones) > 1 else []
    via = st.lists(st.sampled_from([conduit.id for conduit in conduits]), max_size=3) if conduits else st.just([])
    flows = [
        Flow(
            id=FlowId(name),
            via=tuple(draw(via)),
            service=draw(services),
            lifeline=draw(st.booleans()),
            learned=draw(learned()),
        )
        for name in _ids(draw, 3)
    ]
    leaves = [f"zone:{zone.id}" for zone in zones] + [f"asset:{one.id}" for one in assets]
    leaves += [f"flow:{flow.id}" for flow in flows]
    cares = []
    for name in _ids(draw, 3):
        cares.append(
            CareService(
                id=CareServiceId(name),
                name=draw(names),
                care_per_hour=draw(amounts),
                degraded=Degraded(capacity=draw(shares), hours=draw(amounts)),
                restore_hours=draw(amounts),
                max_loss_hours=draw(st.none() | amounts),
                needs=draw(_needs(leaves)),
            )
        )
        leaves.append(f"care_service:{name}")
    return Hospital(
        name=draw(names),
        finess=draw(st.none() | st.from_regex(r"[0-9]{9}", fullmatch=True)),
        zones=tuple(zones),
        assets=tuple(assets),
        enforcement_points=tuple(points),
        conduits=tuple(conduits),
        flows=tuple(flows),
        care_services=tuple(cares),
    )
