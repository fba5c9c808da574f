from ipaddress import ip_address, ip_network

import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, HOUR, START, findings_of, flow

from cloison.detect.detectors.slow_exfiltration import DETECTOR, MEBIBYTE
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

HOST = "10.1.0.1"
WATCHED = [flow(0, "10.1.0.9", "198.51.100.9")]


def found(rows, **more):
    return findings_of([*WATCHED, *rows], DETECTOR, **more)


def uploads(mib, *, first=0, days=1, parts=4, src=HOST):
    size = int(mib * MEBIBYTE / parts)
    return [
        flow(day * DAY + 9 * HOUR + 60 * part, src, "203.0.113.1", src_bytes=size, dst_bytes=size // 50)
        for day in range(first, first + days)
        for part in range(parts)
    ]


def test_fires_on_a_little_more_each_day():
    one, *again = found([*uploads(10, days=6), *uploads(70, first=6, days=12)])
    assert len(again) == 1  # told anew once as much again is gone
    assert one.technique == "T1029"
    assert 3 <= (one.detected_at - START).days - 6 <= 6
    assert one.targets == ("203.0.113.1",)


def test_fires_on_one_large_day_of_a_host_that_sends_nothing():
    (one,) = found(uploads(400, first=8))
    assert (one.detected_at - START).total_seconds() == 8 * DAY + 9 * HOUR + 120


@pytest.mark.parametrize(
    "rows",
    [
        uploads(500, days=25),
        uploads(15, days=25),
        [row for day in range(25) for row in uploads(80 + 40 * (day % 3), first=day)],
        uploads(400, first=2),
        [{**row, "dst_bytes": 1 << 30} for row in uploads(400, first=8)],
        [{**row, "dst": "10.2.0.1"} for row in uploads(400, first=8)],
    ],
)
def test_quiet_on_habits_downloads_and_the_inside(rows):
    assert found(rows) == ()


def test_quiet_on_the_backup_server():
    server = Asset(id=AssetId("s"), name="S", zone=ZoneId("z"), addresses=(ip_address(HOST),), role="backup-server")
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.BACKUP, networks=(ip_network("10.0.0.0/8"),))
    assert found(uploads(4000, first=8), hospital=Hospital(name="Essai", zones=(zone,), assets=(server,))) == ()


def test_cuts_change_nothing():
    rows = [*WATCHED, *uploads(0.5, days=3), *uploads(30, first=3, days=4), *uploads(90, first=7, days=9)]
    rows += [*uploads(300, first=9, src="10.1.0.2"), *uploads(60, first=11, days=8, src="10.1.0.3")]
    assert same_however_cut(rows, DETECTOR)
