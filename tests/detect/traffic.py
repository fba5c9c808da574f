"""Small networks whose traffic is made to order."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl

from cloison.detect.detector import Context
from cloison.detect.fold import Fold, start
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital
from cloison.model.observations import SCHEMAS, Batch, Kind, conform

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = 60.0
HOUR = 3600.0
DAY = 86_400.0

Rows = list[dict[str, object]]


def flow(at: float, src: str, dst: str, port: int | None = 443, **more: object) -> dict[str, object]:
    """A TCP connection that was answered, `at` seconds after the beginning."""
    plain = {"proto": "tcp", "answered": True, "src_bytes": 900, "dst_bytes": 4000}
    return {"kind": Kind.FLOW, "at": at, "src": src, "dst": dst, "dst_port": port, **plain, **more}


def smb(at: float, src: str, dst: str, share: str, action: str = "open") -> dict[str, object]:
    return {"kind": Kind.SMB, "at": at, "src": src, "dst": dst, "dst_port": 445, "share": share, "action": action}


def rpc(at: float, src: str, dst: str, endpoint: str, operation: str) -> dict[str, object]:
    ends = {"src": src, "dst": dst, "dst_port": 445}
    return {"kind": Kind.RPC, "at": at, **ends, "endpoint": endpoint, "operation": operation}


def logon(
    at: float, src: str, dst: str, user: str | None, *, success: bool | None = True, **more: object
) -> dict[str, object]:
    ends = {"src": src, "dst": dst, "dst_port": 445, "protocol": "ntlm"}
    return {"kind": Kind.LOGON, "at": at, **ends, "user": user, "success": success, **more}


def http(at: float, src: str, dst: str, path: str, **more: object) -> dict[str, object]:
    ends = {"src": src, "dst": dst, "dst_port": 80, "method": "POST"}
    return {"kind": Kind.HTTP, "at": at, **ends, "path": path, "status": 200, **more}


def arp(at: float, src: str, dst: str, operation: str = "request", **more: object) -> dict[str, object]:
    return {"kind": Kind.ARP, "at": at, "src": src, "dst": dst, "operation": operation, **more}


def dns(at: float, src: str, dst: str, query: str, **more: object) -> dict[str, object]:
    plain = {"dst_port": 53, "query_type": "A", "code": "NOERROR"}
    return {"kind": Kind.DNS, "at": at, "src": src, "dst": dst, "query": query, **plain, **more}


def tls(at: float, src: str, dst: str, port: int = 443, **more: object) -> dict[str, object]:
    plain = {"version": "TLSv12", "ja3": "0" * 32}
    return {"kind": Kind.TLS, "at": at, "src": src, "dst": dst, "dst_port": port, **plain, **more}


def notice(at: float, src: str, dst: str, name: str, category: str, **more: object) -> dict[str, object]:
    said = {"name": name, "category": category, "tool": "suricata", "severity": 1}
    return {"kind": Kind.NOTICE, "at": at, "src": src, "dst": dst, **said, **more}


def in_order(rows: Iterable[Mapping[str, object]], begin: datetime = START) -> Rows:
    """Give the rows their times and their places in the file, in canonical order."""
    ordered = sorted(rows, key=lambda row: float(str(row["at"])))
    made: Rows = []
    for place, row in enumerate(ordered, start=1):
        seen = begin + timedelta(seconds=float(str(row["at"])))
        made.append({"ts": seen, "seen_at": seen, "origin": 0, "record": place, **row})
    return made


def batch(rows: Iterable[Mapping[str, object]]) -> Batch:
    return {kind: _table(kind, mine) for kind, mine in _by_kind(rows).items()}


def _by_kind(rows: Iterable[Mapping[str, object]]) -> dict[Kind, Rows]:
    parted: dict[Kind, Rows] = {}
    for row in rows:
        parted.setdefault(row["kind"], []).append(row)
    return parted


def _table(kind: Kind, rows: Rows) -> pl.DataFrame:
    held = {name: dtype for name, dtype in SCHEMAS[kind].items() if any(name in row for row in rows)}
    return conform(kind, pl.DataFrame({name: [row.get(name) for row in rows] for name in held}, schema=held))


def fold(*detectors: object, hospital: Hospital | None = None) -> Fold:
    return start(Context(book=AddressBook(hospital), hospital=hospital), list(detectors) or None)


def findings_of(
    rows: Iterable[Mapping[str, object]],
    *detectors: object,
    hospital: Hospital | None = None,
    cuts: Sequence[int] = (),
    begin: datetime = START,
) -> tuple[Finding, ...]:
    """Fold rows, worked through at each cut as a live reader would."""
    parted = _by_kind(in_order(rows, begin))
    wanted = {kind for detector in detectors for kind in detector.reads} or parted.keys()
    tables = {kind: _table(kind, mine) for kind, mine in parted.items() if kind in wanted}
    folded = fold(*detectors, hospital=hospital)
    edges = [0, *sorted(cuts), sum(map(len, parted.values()))]
    for first, last in itertools.pairwise(edges):
        folded.step({kind: _between(table, first, last) for kind, table in tables.items()})
        folded.findings()
    return folded.findings()


def _between(table: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    start, end = (table["record"].search_sorted(place, "right") for place in (first, last))
    return table.slice(start, end - start)


def sweep(src: str, *, at: float = 0.0, every: float = 1.0, machines: int = 30, port: int = 445) -> Rows:
    """Calls that nobody answers, on as many machines."""
    return [
        flow(at + every * i, src, f"10.9.{i // 200}.{1 + i % 200}", port, answered=False, dst_bytes=0)
        for i in range(machines)
    ]


def ticking(
    src: str, dst: str, *, at: float = 0.0, every: float = 60.0, calls: int = 40, jitter: float = 0.0, seed: int = 0
) -> Rows:
    """Calls at a rhythm, with an even jitter."""
    random = Random(seed)  # traffic, no secret
    rows, moment = [], at
    for _ in range(calls):
        rows.append(flow(moment, src, dst, 443, src_bytes=500 + random.randrange(20)))
        moment += every * (1 + jitter * (2 * random.random() - 1))
    return rows


def busy_office(random: Random, *, hosts: int = 6, hours: float = 30.0, calls: int = 400) -> Rows:
    """People who work with a few servers and sites, and now and then with nobody."""
    rows: Rows = []
    for _ in range(calls):
        src = f"10.1.0.{1 + random.randrange(hosts)}"
        at = random.random() * hours * HOUR
        if random.random() < 0.6:
            rows.append(flow(at, src, f"10.2.0.{1 + random.randrange(4)}", random.choice((445, 88, 443))))
        elif random.random() < 0.9:
            rows.append(flow(at, src, f"198.51.100.{1 + random.randrange(9)}", 443))
        else:
            rows.append(flow(at, src, f"10.3.0.{1 + random.randrange(9)}", 9100, answered=False))
    return rows


def intrusion(random: Random) -> Rows:
    """Every behaviour that the detectors know, begun and begun again at moments of chance."""
    rows: Rows = []
    for _ in range(random.randrange(1, 4)):
        src, at = f"10.1.0.{1 + random.randrange(3)}", random.random() * 30 * HOUR
        rows += sweep(src, at=at, every=random.choice((0.0, 0.5, 600.0)), machines=random.randrange(8, 40))
    for _ in range(random.randrange(1, 3)):
        src, dst = f"10.1.0.{1 + random.randrange(3)}", f"203.0.113.{random.randrange(3)}"
        at, every = random.random() * 20 * HOUR, random.choice((30.0, 300.0))
        rows += ticking(
            src, dst, at=at, every=every, calls=random.randrange(30, 140), jitter=0.2, seed=random.randrange(99)
        )
    for _ in range(random.randrange(1, 3)):
        src, at = f"10.1.0.{1 + random.randrange(3)}", random.random() * 40 * HOUR
        for i in range(random.randrange(1, 12)):
            dst, moment = f"10.4.0.{1 + random.randrange(12)}", at + i * 120
            rows.append(flow(moment, src, dst, random.choice((445, 3389, 22))))
            rows.append(smb(moment, src, dst, r"\\server\ADMIN$", random.choice(("open", "write"))))
            if random.random() < 0.5:
                rows.append(rpc(moment + 2, src, dst, "svcctl", "CreateServiceW"))
    for _ in range(random.randrange(1, 3)):
        src, at = f"10.1.0.{1 + random.randrange(3)}", random.random() * 60 * HOUR
        rows += [
            flow(at + 90 * i, src, f"203.0.113.{10 + i % 3}", 443, src_bytes=random.randrange(1 << 28))
            for i in range(random.randrange(5, 40))
        ]
    for _ in range(random.randrange(1, 3)):
        rows += remote_control(random, f"10.1.0.{1 + random.randrange(3)}", random.random() * 40 * HOUR)
    rows += lateral(random)
    rows += care(random)
    return rows


def care(random: Random) -> Rows:
    """Files of shares made unreadable, addresses claimed, images and care messages asked for by strangers."""
    rows: Rows = []
    src, at = f"10.1.0.{1 + random.randrange(6)}", random.random() * 40 * HOUR
    for i in range(random.randrange(30)):
        name = rf"unit{i % 4}\report{i}.docx"
        rows.append(
            {**smb(at + i, src, "10.2.0.1", r"\\files\care", "rename"), "name": f"{name}.lk9q", "previous_name": name}
        )
    for i in range(random.randrange(40)):
        moment, owner = at + 3 * i, f"10.1.0.{1 + i % 2}"
        rows.append(arp(moment, owner, "10.1.0.9", src_mac=f"02:00:00:00:00:0{i % 2}"))
        rows.append(arp(moment + 1, owner, "10.1.0.9", "reply", src_mac="02:00:00:00:00:99"))
    for i in range(random.randrange(40)):
        ends = {"src": f"10.1.0.{1 + random.randrange(9)}", "dst": f"10.4.0.{1 + random.randrange(2)}"}
        operation = random.choice(("reject", "c-find", "c-move", "c-store"))
        moment = random.random() * 60 * HOUR
        rows.append(
            {"kind": Kind.DICOM, "at": moment, **ends, "dst_port": 104, "calling": f"T{i}", "operation": operation}
        )
        message = random.choice(("ADT^A08", "ADT^A01", f"QRY^A{i:02}"))
        rows.append(
            {"kind": Kind.HL7, "at": moment + 9, **ends, "dst_port": 2575, "sending": "LAB", "message": message}
        )
    return rows


def remote_control(random: Random, src: str, at: float) -> Rows:
    """A program that takes orders from outside by every way that the detectors know, begun at moments of chance."""
    master, port = f"203.0.113.{20 + random.randrange(3)}", random.choice((4444, 8081, 41_000))
    rows: Rows = [
        flow(at + 5 * i, src, master, port, service=random.choice((None, "ssl")), src_bytes=random.randrange(1 << 21))
        for i in range(random.randrange(1, 6))
    ]
    rows += [flow(at + 9 * i, src, master, port + 1, answered=False, src_bytes=0) for i in range(random.randrange(30))]
    rows += [tls(at + 7, src, master, port, version="TLSv10", subject="CN=a", issuer="CN=a")]
    rows += [flow(at + 3 * i, src, "10.9.9.9", 5555, src_bytes=900, dst_bytes=1 << 20) for i in range(2)]
    rows += [flow(at, "10.9.9.9", src, 445)]
    rows += [
        http(at + 6 * i, src, master, random.choice(("/a", "/b.php?x=1", "/c.exe")), user_agent="Mozilla/5.0")
        for i in range(random.randrange(25))
    ]
    rows += [
        dns(at + i, src, "10.2.0.53", f"{random.randrange(1 << 240):060x}.example.net", query_type="TXT")
        for i in range(random.randrange(40))
    ]
    rows += [
        dns(at + 4 * i, src, "10.2.0.53", f"{_nonsense(random)}.example", code="NXDOMAIN")
        for i in range(random.randrange(30))
    ]
    rows += [
        flow(
            at + 4 * i,
            src,
            master,
            None,
            proto="icmp",
            src_bytes=9000,
            dst_bytes=9000,
            src_packets=random.randrange(1, 20),
            dst_packets=random.randrange(1, 20),
        )
        for i in range(random.randrange(9))
    ]
    trojan = "A Network Trojan was detected"
    rows += [notice(at + 8 * i, master, src, f"rule {i % 3}", trojan) for i in range(random.randrange(6))]
    return rows


def _nonsense(random: Random) -> str:
    return "".join(random.choice("bcdfghjklmnpqrstvwxz") for _ in range(12))


def lateral(random: Random) -> Rows:
    """Passwords tried, neighbours called, calls that give an intruder away, another account, an attack that travels."""
    rows: Rows = []
    for _ in range(random.randrange(1, 3)):
        src, dst, at = (
            f"10.1.0.{1 + random.randrange(3)}",
            f"10.4.0.{1 + random.randrange(4)}",
            random.random() * 40 * HOUR,
        )
        users = [f"agent{random.randrange(9)}" for _ in range(random.randrange(4, 20))]
        every = random.choice((0.0, 2.0, 900.0))
        rows += [logon(at + every * i, src, dst, user, success=random.random() < 0.1) for i, user in enumerate(users)]
        rows += [flow(at + 5 * i, src, dst, 22, src_bytes=2000 + 99 * (i % 4)) for i in range(random.randrange(20))]
    src, at = f"10.1.0.{1 + random.randrange(3)}", random.random() * 40 * HOUR
    rows += [
        flow(at + i, src, f"10.6.0.{i}", 0, proto="icmp", src_port=8, answered=random.random() < 0.6)
        for i in range(random.randrange(5, 25))
    ]
    rows += [arp(at + i / 4, src, f"10.7.0.{random.randrange(99)}") for i in range(random.randrange(5, 50))]
    rows += [arp(at + i / 4, f"10.7.0.{i}", src, "reply") for i in range(random.randrange(9))]
    rows += [
        flow(at + random.random() * 60 * HOUR, src, f"10.8.0.{i}", 445, answered=False)
        for i in range(random.randrange(60))
    ]
    calls = (
        *(("samr", "SamrEnumerateUsersInDomain"), ("srvsvc", "NetrShareEnum"), ("netlogon", "NetrServerAuthenticate3")),
        *(("drsuapi", "DRSGetNCChanges"), ("efsrpc", "EfsRpcOpenFileRaw"), ("svcctl", "OpenSCManagerW")),
    )
    for _ in range(random.randrange(5, 30)):
        src, dst, at = f"10.1.0.{1 + random.randrange(6)}", f"10.4.0.{1 + random.randrange(6)}", random.random() * HOUR
        rows.append(rpc(at, src, dst, *random.choice(calls)))
        rows.append(smb(at, src, dst, r"\\server\IPC$", random.choice(("open", "transaction_secondary"))))
    for _ in range(random.randrange(20)):
        src, dst, at = (
            f"10.1.0.{1 + random.randrange(6)}",
            f"10.1.0.{1 + random.randrange(9)}",
            random.random() * 60 * HOUR,
        )
        rows.append(logon(at, src, dst, random.choice(("adm", "carer", "doctor"))))
        detail = random.choice(
            ("TGS rc4-hmac", "AS aes256-cts-hmac-sha1-96", "AS aes256-cts-hmac-sha1-96 key rc4-hmac")
        )
        rows.append(
            logon(
                at, src, "10.4.0.1", "carer", protocol="kerberos", detail=detail, service=f"HTTP/{random.randrange(5)}"
            )
        )
    at = random.random() * 10 * HOUR
    for place, src in enumerate(("10.1.0.1", "10.5.0.2", "10.5.1.3")):
        rows += [flow(at + 40 * place + 2 * i, src, f"10.5.{place}.{i}", 445) for i in range(random.randrange(4, 12))]
    return rows
