from ipaddress import ip_network

import pytest
from tests.detect.traffic import findings_of, rpc

from cloison.detect.detectors.directory_survey import DETECTOR
from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind

BAD, SERVER = "10.1.0.7", "10.2.0.1"


@pytest.mark.parametrize(
    ("endpoint", "operation", "technique"),
    [
        ("samr", "SamrEnumerateUsersInDomain", "T1087.002"),
        ("samr", "SamrQueryInformationGroup", "T1069.002"),
        ("srvsvc", "NetrSessionEnum", "T1049"),
        ("wkssvc", "NetrWkstaUserEnum", "T1033"),
    ],
)
def test_fires_on_a_list_asked_for_and_says_that_it_is_little(endpoint, operation, technique):
    (one,) = findings_of([rpc(5, BAD, SERVER, endpoint, operation)], DETECTOR)
    assert (one.technique, one.sources, one.targets) == (technique, (BAD,), (SERVER,))
    assert one.confidence < 0.4


def test_fires_when_the_shares_of_many_machines_are_asked_for():
    rows = [rpc(i, BAD, f"10.2.0.{i}", "srvsvc", "NetrShareEnum") for i in range(5)]
    assert findings_of(rows[:3], DETECTOR) == ()
    assert findings_of(rows, DETECTOR)[0].technique == "T1135"


def test_quiet_on_names_looked_up():
    rows = [rpc(i, BAD, SERVER, "samr", one) for i, one in enumerate(("SamrConnect5", "SamrLookupNamesInDomain"))]
    assert findings_of(rows, DETECTOR) == ()


def test_quiet_where_everybody_asks():
    rows = [rpc(i, f"10.1.0.{i}", SERVER, "samr", "SamrEnumerateUsersInDomain") for i in range(30)]
    assert len(findings_of(rows, DETECTOR)) == DETECTOR.popular - 1


def test_quiet_from_a_management_compartment():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.MANAGEMENT, networks=(ip_network("10.1.0.0/16"),))
    row = rpc(5, BAD, SERVER, "samr", "SamrEnumerateUsersInDomain")
    assert findings_of([row], DETECTOR, hospital=Hospital(name="Essai", zones=(zone,))) == ()
