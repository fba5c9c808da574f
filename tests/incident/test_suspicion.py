from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.incident.suspicion import weigh
from cloison.model.finding import Barrier, Finding, Technique, finding_id
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def zone(name: str, kind: ZoneKind, network: str) -> Zone:
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))


HOSPITAL = Hospital(
    name="Essai",
    zones=(
        zone("internet", ZoneKind.INTERNET, "0.0.0.0/0"),
        zone("fournisseurs", ZoneKind.SUPPLIER, "172.30.0.0/24"),
        zone("bureaux", ZoneKind.OFFICE, "10.1.0.0/24"),
        zone("serveurs", ZoneKind.SERVER, "10.2.0.0/24"),
    ),
    assets=(
        Asset(
            id=AssetId("fichiers"),
            name="SRV-FIC",
            zone=ZoneId("serveurs"),
            addresses=(ip_address("10.2.0.1"), ip_address("10.2.0.2")),
        ),
    ),
)


def finding(
    source: str,
    *targets: str,
    confidence: float = 0.5,
    technique: str = "T1021.002",
    detector: str = "essai",
    minute: int = 0,
) -> Finding:
    at = NOON + timedelta(minutes=minute)
    return Finding(
        id=finding_id(detector, source, at),
        detector=detector,
        technique=Technique(technique),
        barrier=Barrier.SPREAD,
        title=say("something"),
        explanation=say("something"),
        confidence=confidence,
        sources=(source,),
        targets=targets,
        first_seen=at,
        last_seen=at,
        detected_at=at,
        evidence=(),
    )


def test_a_source_bears_the_confidence_and_a_target_its_share():
    suspicion = weigh([finding("10.1.0.5", "10.2.0.1")], HOSPITAL)
    assert [(item.asset, item.address, item.probability) for item in suspicion.assets] == [
        (None, "10.1.0.5", pytest.approx(0.5)),
        ("fichiers", "10.2.0.1", pytest.approx(0.25)),
    ]
    assert dict(suspicion.zones) == {"bureaux": pytest.approx(0.5), "serveurs": pytest.approx(0.25)}


def test_an_asset_with_two_addresses_is_one_suspect():
    suspicion = weigh([finding("10.2.0.1", detector="a"), finding("10.2.0.2", detector="b")], HOSPITAL)
    (only,) = suspicion.assets
    assert (only.asset, only.probability) == ("fichiers", pytest.approx(0.75))


def test_the_same_detector_crying_twice_is_heard_once():
    once = weigh([finding("10.1.0.5")], HOSPITAL)
    twice = weigh([finding("10.1.0.5"), finding("10.1.0.5", minute=90)], HOSPITAL)
    assert twice.assets[0].probability == once.assets[0].probability


def test_the_internet_is_never_suspected_but_a_known_supplier_is():
    suspicion = weigh([finding("198.51.100.7", "10.2.0.1"), finding("172.30.0.9", detector="b")], HOSPITAL)
    assert {item.address for item in suspicion.assets} == {"10.2.0.1", "172.30.0.9"}
    assert set(dict(suspicion.zones)) == {"fournisseurs", "serveurs"}


def test_a_scan_does_not_make_a_network_suspect():
    targets = [f"10.2.0.{last}" for last in range(10, 200)]
    suspicion = weigh([finding("10.1.0.5", *targets, technique="T1046", confidence=0.95)], HOSPITAL)
    assert [item.address for item in suspicion.assets] == ["10.1.0.5"]
    assert dict(suspicion.zones) == {"bureaux": pytest.approx(0.95)}


def test_a_host_named_in_words_is_found_by_its_asset():
    assert weigh([finding("srv-fic")], HOSPITAL).assets[0].asset == "fichiers"


def test_without_a_map_private_addresses_stand_for_themselves():
    suspicion = weigh([finding("10.1.0.5", "8.8.8.8")], None)
    assert [(item.asset, item.zone, item.address) for item in suspicion.assets] == [(None, None, "10.1.0.5")]
    assert suspicion.zones == ()


@given(
    st.permutations(
        [
            finding("10.1.0.5", "10.2.0.1"),
            finding("10.2.0.1", "10.2.0.9", detector="b"),
            finding("10.2.0.2", detector="c", minute=3),
        ]
    )
)
def test_the_order_of_findings_changes_nothing(findings):
    assert weigh(findings, HOSPITAL) == weigh(sorted(findings, key=lambda item: item.id), HOSPITAL)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_more_detectors_never_make_an_asset_less_suspect(confidences):
    chances = [
        weigh(
            [finding("10.1.0.5", confidence=c, detector=str(place)) for place, c in enumerate(confidences[:many])],
            HOSPITAL,
        ).zones
        for many in range(len(confidences) + 1)
    ]
    values = [dict(zones).get(ZoneId("bureaux"), 0.0) for zones in chances]
    assert values == sorted(values)
    assert all(0.0 <= value <= 1.0 for value in values)
