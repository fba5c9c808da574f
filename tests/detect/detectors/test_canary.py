from ipaddress import ip_address, ip_network

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import HOUR, findings_of, flow, smb

from cloison.detect.detector import Context
from cloison.detect.detectors.canary import DETECTOR
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

OFFICE = ZoneId("office")
HOSPITAL = Hospital(
    name="test",
    zones=(Zone(id=OFFICE, name="Office", kind=ZoneKind.OFFICE, networks=(ip_network("10.1.0.0/16"),)),),
    assets=tuple(
        Asset(id=AssetId(name), name=shown, zone=OFFICE, addresses=tuple(map(ip_address, addresses)), role=role)
        for name, shown, addresses, role in (
            ("decoy", "Old payroll server", ("10.1.0.66",), "canary"),
            ("decoy-share", r"\\files\Payroll-2019", (), "canary"),
            ("watcher", "Supervision", ("10.1.0.9",), "monitoring-server"),
        )
    ),
)


def found(rows, hospital=HOSPITAL):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_at_the_first_call_even_unanswered():
    (one,) = found([flow(5, "10.1.0.5", "10.1.0.66", 3389, answered=False), flow(9, "10.1.0.5", "10.1.0.66", 22)])
    assert (one.technique, one.sources, one.targets, one.confidence) == ("T1018", ("10.1.0.5",), ("10.1.0.66",), 0.9)
    assert one.detected_at == one.first_seen


def test_fires_on_a_share_that_is_a_decoy():
    (one,) = found([smb(5, "10.1.0.5", "10.1.0.2", r"\\10.1.0.2\payroll-2019")])
    assert one.targets == ("10.1.0.2",)


def test_quiet_on_hosts_whose_work_is_to_look_and_on_what_the_decoy_does():
    assert found([flow(5, "10.1.0.9", "10.1.0.66", 22), flow(6, "10.1.0.66", "10.1.0.2", 53)]) == ()


def test_quiet_without_a_decoy_in_the_map():
    assert DETECTOR.watch(Context(book=AddressBook(None))) is None


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    rows = [flow(HOUR * i, f"10.1.0.{i % 3}", "10.1.0.66", 445) for i in range(30)]
    rows += [smb(HOUR * i * 1.5, "10.1.0.1", "10.1.0.2", r"\\files\Payroll-2019") for i in range(20)]
    assert len(same_however_cut(rows, DETECTOR, hospital=HOSPITAL)) >= 3
