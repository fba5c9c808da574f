from ipaddress import ip_network
from random import Random

from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, findings_of, flow

from cloison.detect.detectors.dicom import DETECTOR
from cloison.model.hospital import Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.observations import Kind

PACS, STATION, STRANGER = "10.4.0.1", "10.3.0.10", "10.1.0.66"


def zone(name, kind, network):
    return Zone(id=ZoneId(name), name=name, kind=kind, networks=(ip_network(network),))


HOSPITAL = Hospital(
    name="test",
    zones=(
        zone("imaging", ZoneKind.BIOMEDICAL, "10.3.0.0/24"),
        zone("servers", ZoneKind.SERVER, "10.4.0.0/24"),
        zone("offices", ZoneKind.OFFICE, "10.1.0.0/24"),
        zone("readers", ZoneKind.SUPPLIER, "192.0.2.0/24"),
    ),
    conduits=(
        Conduit(id=ConduitId("a"), from_=ZoneId("imaging"), to=ZoneId("servers"), services=("tcp/104",)),
        Conduit(id=ConduitId("b"), from_=ZoneId("servers"), to=ZoneId("readers"), services=("tcp/104",)),
    ),
)


def says(at, operation, src=STATION, dst=PACS, calling="STATION1"):
    return {"kind": Kind.DICOM, "at": at, "src": src, "dst": dst, "dst_port": 104, "calling": calling, "called": "PACS",
            "operation": operation}  # fmt: skip


def ordinary(days=3, each=10):
    return [says(hour * HOUR + i * 60, "c-move") for hour in range(days * 24) for i in range(each)]


def found(rows, hospital=None):
    return findings_of(rows, DETECTOR, hospital=hospital)


def test_fires_on_titles_tried_one_after_the_other_from_the_first_minute():
    (one,) = found([says(i, "reject", STRANGER, calling=f"TRY{i}") for i in range(5)])
    assert (one.technique, one.sources, one.confidence) == ("T1213", (STRANGER,), 0.7)
    assert (one.detected_at - one.first_seen).total_seconds() == 0
    assert one.evidence[0].record == 3


def test_fires_on_a_stranger_that_asks():
    (one,) = found([*ordinary(), says(2 * DAY + 5, "associate", STRANGER), says(2 * DAY + 6, "c-find", STRANGER)])
    assert (one.sources, one.targets, one.confidence) == ((STRANGER,), (PACS,), 0.5)


def test_fires_on_more_retrievals_than_ever():
    (one,) = found([*ordinary(), *(says(2 * DAY + 9 * HOUR + i, "c-move") for i in range(150))])
    assert (one.sources, one.confidence) == ((STATION,), 0.6)
    assert "largest hour was 10" in str(one.explanation)


def test_fires_on_images_sent_outside():
    sent = [says(2 * DAY + i, "c-store", PACS, "203.0.113.9") for i in range(2)]
    (one,) = found([*ordinary(), *sent])
    assert one.confidence == 0.7
    assert one.targets == ("203.0.113.9",)
    (one,) = found([says(i, "c-store", PACS, "203.0.113.9") for i in range(12)])
    assert (one.technique, one.confidence) == ("T1020", 0.4)


def test_fires_weakly_on_a_connection_that_no_passage_declares():
    calls = [flow(hour * HOUR, STATION, PACS, 104) for hour in range(72)]
    (one,) = found([*calls, flow(2 * DAY + 9, STRANGER, PACS, 104)], HOSPITAL)
    assert (one.sources, one.confidence) == ((STRANGER,), 0.25)


def test_quiet_on_connections_alone_without_a_map_or_by_a_declared_passage():
    calls = [flow(hour * HOUR, STATION, PACS, 104) for hour in range(72)]
    assert found([*calls, flow(2 * DAY + 9, STRANGER, PACS, 104)]) == ()
    assert found([*calls, flow(2 * DAY + 9, "10.3.0.11", PACS, 104)], HOSPITAL) == ()


def test_quiet_on_ordinary_work_and_on_the_first_day():
    assert found([*ordinary(), *(says(i * 20, "c-find", "10.3.0.12") for i in range(9000))]) == ()
    assert found([*ordinary(1), says(9 * HOUR, "c-find", STRANGER)]) == ()


def test_quiet_on_a_scanner_badly_set_up():
    assert found([says(i, "reject", calling="NEWCT") for i in range(300)]) == ()


def test_quiet_on_a_nightly_prefetch_that_is_a_habit():
    rows = [says(day * DAY + 2 * HOUR + i, "c-move") for day in range(6) for i in range(90 + 30 * day)]
    assert found([*ordinary(7), *rows]) == ()


def test_quiet_on_a_new_scanner_and_on_teleradiology_that_the_map_declares():
    new = [says(2 * DAY + i, "c-find", "10.3.0.11") for i in range(20)]
    sent = [says(2 * DAY + i, "c-store", PACS, "192.0.2.9") for i in range(20)]
    assert found([*ordinary(), *new, *sent], HOSPITAL) == ()


def test_findings_do_not_depend_on_where_the_stream_is_cut():
    random = Random(4)
    rows = [
        *ordinary(2),
        *(flow(random.random() * 3 * DAY, f"10.1.0.{random.randrange(30)}", PACS, 104) for _ in range(60)),
    ]
    for _ in range(300):
        operation = random.choice(("reject", "c-find", "c-move", "c-store", "associate"))
        target = random.choice((PACS, PACS, "10.4.0.2", "203.0.113.9"))
        at = random.random() * 3 * DAY
        rows.append(says(at, operation, f"10.1.0.{random.randrange(9)}", target, f"T{random.randrange(9)}"))
    rows += [says(2 * DAY + 9 * HOUR + i, "c-move") for i in range(320)]
    assert same_however_cut(rows, DETECTOR)
    assert same_however_cut(rows, DETECTOR, hospital=HOSPITAL)
