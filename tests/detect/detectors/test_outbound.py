from ipaddress import ip_address, ip_network

from tests.detect.traffic import DAY, HOUR, START, findings_of, flow

from cloison.detect.detectors.outbound import DETECTOR, MEBIBYTE
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

EARLIER = [flow(0, "10.1.0.9", "198.51.100.9")]


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def upload(mib, *, at=2 * DAY, src="10.1.0.1", dst="203.0.113.1", parts=10, over=600.0):
    size = int(mib * MEBIBYTE / parts)
    return [flow(at + over * i / parts, src, dst, src_bytes=size, dst_bytes=size // 50) for i in range(parts)]


def test_fires_at_the_connection_that_crosses_the_limit():
    (one,) = found([*EARLIER, *upload(1024, parts=8)])
    assert one.technique == "T1048"
    assert one.targets == ("203.0.113.1",)
    assert (one.detected_at - START).total_seconds() == 2 * DAY + 225
    assert "1024 MiB" in str(one.explanation)


def test_fires_when_nights_are_usual_and_days_are_not():
    nights = [row for day in range(6) for row in upload(4000, at=day * DAY + 2 * HOUR)]
    theft = upload(6000, at=5 * DAY + 14 * HOUR)
    (one,) = [one for one in found([*EARLIER, *nights, *theft]) if one.detected_at.hour == 14]
    assert one.confidence >= 0.5


def test_fires_over_many_addresses():
    rows = [row for i in range(30) for row in upload(40, dst=f"203.0.113.{i}", parts=1, at=2 * DAY + i)]
    (one,) = found([*EARLIER, *rows])
    assert len(one.targets) == 30


def test_quiet_below_the_floor():
    assert found([*EARLIER, *upload(500)]) == ()


def test_quiet_while_nothing_is_known_but_for_a_flood():
    assert found(upload(1500, at=0)) == ()
    (one,) = found(upload(5000, at=0))
    assert one.confidence < 0.5


def test_quiet_on_the_nightly_copy():
    nights = [row for day in range(9) for row in upload(4000 + 300 * (day % 3), at=day * DAY + 2 * HOUR)]
    assert [one for one in found([*EARLIER, *nights]) if one.detected_at.day > START.day] == []


def test_quiet_on_downloads_calls_and_the_inside():
    downloads = [{**row, "dst_bytes": 1 << 30} for row in upload(900)]
    calls = [{**row, "dst_bytes": row["src_bytes"]} for row in upload(2000)]
    inside = [{**row, "dst": "10.2.0.1"} for row in upload(9000)]
    many = [{**row, "dst": "239.1.1.1"} for row in upload(9000)]
    assert found([*EARLIER, *downloads, *calls, *inside, *many]) == ()


def test_quiet_on_the_backup_server_of_the_first_day():
    hospital = Hospital(
        name="Essai",
        zones=(Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.BACKUP, networks=(ip_network("10.0.0.0/8"),)),),
        assets=(
            Asset(
                id=AssetId("s"), name="S", zone=ZoneId("z"), addresses=(ip_address("10.1.0.1"),), role="backup-server"
            ),
        ),
    )
    assert found(upload(50_000, at=2 * HOUR), hospital=hospital) == ()


def test_one_theft_is_one_finding():
    hours = [row for hour in range(5) for row in upload(2000, at=2 * DAY + hour * HOUR, over=3500)]
    (one,) = found([*EARLIER, *hours])
    assert "10000 MiB" in str(one.explanation)
