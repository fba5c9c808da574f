from ipaddress import ip_network
from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, findings_of, flow

from cloison.detect.detectors.hl7 import DETECTOR
from cloison.model.hospital import Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.observations import Kind

ENGINE, LAB, STRANGER = "10.4.0.5", "10.5.0.2", "10.1.0.66"
HOSPITAL = Hospital(
    name="test",
    zones=tuple(
        Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))
        for name, kind, network in (
            ("lab", ZoneKind.CARE, "10.5.0.0/24"),
            ("servers", ZoneKind.SERVER, "10.4.0.0/24"),
            ("offices", ZoneKind.OFFICE, "10.1.0.0/24"),
        )
    ),
    conduits=(Conduit(id=ConduitId("a"), from_=ZoneId("lab"), to=ZoneId("servers"), services=("tcp/2575",)),),
)


def message(at, kind="ADT^A01", src=LAB, status=None):
    return {"kind": Kind.HL7, "at": at, "src": src, "dst": ENGINE, "dst_port": 2575, "sending": "LAB|HOSP",
            "receiving": "EPR|HOSP", "message": kind, "status": status}  # fmt: skip


def ordinary(days=10):
    rows = [message(hour * HOUR) for hour in range(days * 24)]
    return rows + [message(hour * HOUR + 1, "ACK", status="AA") for hour in range(days * 24)]


def found(rows, hospital=None):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_a_message_from_a_stranger():
    (one,) = found([*ordinary(), message(5 * DAY + 9, "ADT^A08", STRANGER)])
    assert (one.technique, one.sources, one.targets, one.confidence) == ("T1565.002", (STRANGER,), (ENGINE,), 0.5)


def test_fires_on_types_tried_one_after_the_other():
    tried = [message(9 * DAY + 60 * i, kind) for i, kind in enumerate(("ADT^A40", "MFN^M02", "QRY^A19", "ORM^O01"))]
    (one,) = found([*ordinary(), *tried])
    assert (one.sources, one.confidence) == ((LAB,), 0.4)


def test_fires_weakly_on_a_connection_that_no_passage_declares():
    calls = [flow(hour * HOUR, LAB, ENGINE, 2575) for hour in range(72)]
    (one,) = found([*calls, flow(2 * DAY + 9, STRANGER, ENGINE, 2575)], HOSPITAL)
    assert one.confidence == 0.25


def test_quiet_on_ordinary_messages_and_in_the_first_day():
    assert found(ordinary()) == ()
    assert found([*ordinary(1), message(9 * HOUR, "ADT^A08", STRANGER)]) == ()


def test_quiet_on_connections_alone_without_a_map():
    calls = [flow(hour * HOUR, LAB, ENGINE, 2575) for hour in range(72)]
    assert found([*calls, flow(2 * DAY + 9, STRANGER, ENGINE, 2575)]) == ()


def test_quiet_on_a_new_sender_that_the_map_declares_and_on_one_new_type():
    assert found([*ordinary(), message(5 * DAY, src="10.5.0.9"), message(9 * DAY, "ADT^A13")], HOSPITAL) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(5)
    rows = [
        *ordinary(),
        *(flow(random.random() * 9 * DAY, f"10.1.0.{random.randrange(40)}", ENGINE, 2575) for _ in range(40)),
    ]
    rows += [
        message(random.random() * 10 * DAY, f"ADT^A{random.randrange(30):02}", f"10.1.0.{random.randrange(12)}")
        for _ in range(60)
    ]
    rows += [message(9 * DAY + i, f"QRY^A{i:02}") for i in range(6)]
    assert same_however_cut(rows, DETECTOR)
    assert same_however_cut(rows, DETECTOR, hospital=HOSPITAL)
