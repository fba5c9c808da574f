from ipaddress import ip_address, ip_network
from random import Random

import pytest
from tests.detect.traffic import DAY, HOUR, batch, findings_of, flow, fold, http, in_order, rpc, smb

from cloison.detect.detectors.admin_reach import DETECTOR
from cloison.model.hospital import Asset, AssetId, Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind

BASELINE = [flow(0, "10.1.0.9", "10.2.0.9", 443), flow(600, "10.1.0.8", "10.2.0.1", 445)]
"""So that the stream is older than the warm-up when the rest comes."""

HOSPITAL = Hospital(
    name="Essai",
    zones=(
        Zone(id=ZoneId("bureaux"), name="B", kind=ZoneKind.OFFICE, networks=(ip_network("10.1.0.0/16"),)),
        Zone(id=ZoneId("serveurs"), name="S", kind=ZoneKind.SERVER, networks=(ip_network("10.4.0.0/16"),)),
        Zone(id=ZoneId("gestion"), name="G", kind=ZoneKind.MANAGEMENT, networks=(ip_network("10.90.0.0/16"),)),
    ),
    assets=(
        Asset(
            id=AssetId("deploiement"),
            name="D",
            zone=ZoneId("serveurs"),
            addresses=(ip_address("10.4.9.9"),),
            role="deployment-server",
        ),
    ),
    conduits=(Conduit(id=ConduitId("c"), from_=ZoneId("bureaux"), to=ZoneId("serveurs"), services=("tcp/445",)),),
)


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def reach(src="10.1.0.1", *, port=3389, machines=6, at=2 * DAY, every=120.0):
    return [flow(at + every * i, src, f"10.4.0.{1 + i}", port) for i in range(machines)]


def psexec(src="10.1.0.1", dst="10.4.0.1", at=0.0):
    return [
        flow(at, src, dst, 445),
        smb(at + 1, src, dst, rf"\\{dst}\ADMIN$", "write"),
        rpc(at + 2, src, dst, "svcctl", "CreateServiceW"),
    ]


def test_fires_on_the_fourth_new_machine():
    (one,) = found([*BASELINE, *reach()])
    assert one.technique == "T1021.001"
    assert (one.detected_at - one.first_seen).total_seconds() == 360
    assert len(one.targets) == 6


@pytest.mark.parametrize(("port", "technique"), [(445, "T1021.002"), (22, "T1021.004"), (5985, "T1021.006")])
def test_fires_with_the_technique_of_the_service(port, technique):
    (one,) = found([*BASELINE, *reach(port=port)])
    assert one.technique == technique


def test_fires_on_one_machine_when_a_program_is_put_there_and_started():
    (one,) = found(psexec())
    assert one.technique == "T1021.002"
    assert one.targets == ("10.4.0.1",)
    assert len(one.evidence) == 3
    assert "starts programs" in str(one.title)


def test_fires_on_programs_started_with_no_connection_log():
    rows = [row for i in range(3) for row in psexec(dst=f"10.4.0.{i}", at=i * 60.0) if row["kind"] != "flow"]
    assert len(found(rows)) == 1


@pytest.mark.parametrize(
    ("endpoint", "operation", "technique"),
    [
        ("IWbemServices", "ExecMethod", "T1047"),
        ("atsvc", "NetrJobAdd", "T1053.002"),
        ("svcctl", "StartServiceW", "T1021.002"),
    ],
)
def test_fires_with_the_technique_of_the_means(endpoint, operation, technique):
    rows = [rpc(2 * DAY + i, "10.1.0.1", f"10.4.0.{i}", endpoint, operation) for i in range(2)]
    (one,) = found([*BASELINE, *rows])
    assert one.technique == technique


def test_quiet_while_everything_is_new():
    assert found(reach(at=0.0, machines=7)) == ()
    assert len(found(reach(at=0.0, machines=9))) == 1


def test_quiet_on_habits():
    week = [row for day in range(9) for row in reach(at=day * DAY, machines=6)]
    assert found(week) == ()


def test_quiet_on_servers_that_many_use():
    rows = [
        flow(2 * DAY + 1000 * server + host, f"10.1.0.{host}", f"10.4.0.{server}", 445)
        for server in range(8)
        for host in range(1, 40)
    ]
    newcomer = [flow(3 * DAY + server, "10.1.0.200", f"10.4.0.{server}", 445) for server in range(8)]
    assert [one.sources for one in found([*BASELINE, *rows, *newcomer]) if one.sources == ("10.1.0.200",)] == []


@pytest.mark.parametrize("source", ["10.90.0.1", "10.4.9.9"])
def test_quiet_on_hosts_whose_work_is_to_administer(source):
    assert found([*BASELINE, *reach(source), *psexec(source, at=3 * DAY)], hospital=HOSPITAL) == ()


def test_quiet_on_what_a_passage_declares():
    assert found([*BASELINE, *reach(port=445)], hospital=HOSPITAL) == ()
    assert len(found([*BASELINE, *reach(port=3389)], hospital=HOSPITAL)) == 1


def test_a_passage_does_not_excuse_programs():
    assert len(found([*BASELINE, *psexec(at=2 * DAY)], hospital=HOSPITAL)) == 1


def test_the_same_files_put_again_prolong_a_finding():
    again = [smb(5 * HOUR, "10.1.0.1", "10.4.0.1", r"\\x\ADMIN$", "write")]
    (one,) = found([*psexec(), *again])
    assert (one.last_seen - one.detected_at).total_seconds() == pytest.approx(5 * HOUR - 2)


def test_a_pair_silent_for_more_than_a_month_is_new_again():
    rows = [*BASELINE, *reach(at=2 * DAY), *reach(at=40 * DAY)]
    assert len(found(rows)) == 2


@pytest.mark.parametrize(
    ("row", "technique"),
    [
        (rpc(0, "10.1.0.1", "10.4.0.1", "IDispatch", "Invoke"), "T1021.003"),
        (rpc(0, "10.1.0.1", "10.4.0.1", "atsvc", "NetrJobAdd"), "T1053.002"),
        (rpc(0, "10.1.0.1", "10.4.0.1", "IWbemServices", "ExecMethod"), "T1047"),
        (http(0, "10.1.0.1", "10.4.0.1", "/wsman?PSVersion=5.1", dst_port=5985), "T1021.006"),
        (smb(0, "10.1.0.1", "10.4.0.1", r"\\s\C$", "write") | {"name": "tool.exe"}, "T1021.002"),
    ],
)
def test_fires_at_once_and_from_the_first_record_on_one_machine(row, technique):
    (one,) = found([row])
    assert (one.technique, one.targets) == (technique, ("10.4.0.1",))


def test_the_means_by_which_programs_were_run_outweigh_the_sessions():
    (one,) = found([*reach(port=445, at=0, every=1), rpc(9, "10.1.0.1", "10.4.0.1", "IWbemServices", "ExecMethod")])
    assert one.technique == "T1047"


@pytest.mark.parametrize("seed", range(6))
def test_late_records_change_nothing_however_the_stream_is_cut(seed):
    random = Random(seed)
    rows = in_order([flow(i // 3, "10.1.0.7", f"10.2.0.{random.randrange(1, 30)}", 445) for i in range(60)])
    late = [*rows[:3], *rows[7:11], *rows[3:7], *rows[11:]]
    found = set()
    for size in (1, 7, 60):
        folded = fold(DETECTOR)
        for first in range(0, 60, size):
            folded.step(batch(late[first : first + size]))
            folded.work()
        found.add(folded.findings())
    assert len(found) == 1
    assert found != {()}


BAD = "10.1.0.7"


def sent(at, *, size=300_000, src=BAD, dst="10.4.0.1"):
    return flow(at, src, dst, 445, src_bytes=size)


def called(at, *, src=BAD, dst="10.4.0.1", port=49_155, **more):
    return flow(at, src, dst, port, **more)


@pytest.mark.parametrize("rows", [[sent(0), called(5)], [called(0), sent(50)]])
def test_fires_on_a_program_sent_and_started_as_connections_tell(rows):
    (one,) = findings_of(rows, DETECTOR)
    assert (one.technique, one.sources, one.targets) == ("T1021.002", (BAD,), ("10.4.0.1",))
    assert one.confidence < 0.5


@pytest.mark.parametrize(
    "rows",
    [
        [sent(0)],
        [called(0)],
        [sent(0), called(90)],
        [sent(0), called(5, dst="10.4.0.2")],
        [sent(0, size=60_000), called(5)],
        [sent(0), called(5, answered=False, dst_bytes=0)],
        [sent(0), called(5, port=8000)],
    ],
    ids=["sent", "called", "apart", "elsewhere", "small", "shut", "a service"],
)
def test_quiet_on_half_of_it(rows):
    assert not findings_of(rows, DETECTOR)


def test_quiet_on_a_print_server_that_many_use():
    rows = [
        row
        for i in range(40)
        for row in (flow(i, f"10.1.1.{i}", "10.4.0.1", 445), flow(i, f"10.1.1.{i}", "10.4.0.1", 135))
    ]
    rows += [row for i in range(40, 60) for row in (sent(i + 9, src=f"10.1.1.{i}"), called(i + 9, src=f"10.1.1.{i}"))]
    assert not findings_of(rows, DETECTOR)
