"""What is fuzzed: for each reader, a way to feed it any bytes, and small logs to begin from.

In "judges" what was read is judged too: hostile values must not stop a detector either. Only the project's own errors
may come out.
"""

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import zstandard
from tests.ingest import logs, packets

from cloison.detect.detector import Context
from cloison.detect.fold import restore, start
from cloison.detect.state import MAGIC
from cloison.errors import CloisonError
from cloison.ingest.capture import Walk, walk_packets, write_raw
from cloison.ingest.census import Census
from cloison.ingest.format import Format, Tally
from cloison.ingest.formats.argus import Argus
from cloison.ingest.formats.eve import Eve
from cloison.ingest.formats.netflow import NetFlow
from cloison.ingest.formats.nfdump import Nfdump
from cloison.ingest.formats.zeek_json import ZeekJson
from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.known import known_formats, recognise
from cloison.ingest.opening import open_source
from cloison.ingest.reading import Reading
from cloison.model.addressing import AddressBook
from cloison.model.indicator import read_indicator
from cloison.model.observations import SCHEMAS
from cloison.store.hospital_file import load

CONTEXT = Context(book=AddressBook(None))
SCRATCH = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108 - a private folder is made in it

Feed = Callable[[bytes], None]


def feed(format_: Format, *, judged: bool = False) -> Feed:
    """Read any bytes as one format, whatever they look like; judge what comes out, if asked."""

    def one(data: bytes) -> None:
        with _file(data) as path, suppress(CloisonError):
            reading = Reading([(open_source(path, "log"), format_)], (), 1 << 13)
            fold = start(CONTEXT) if judged else None
            for batch in reading.batches():
                for kind, frame in batch.items():
                    assert dict(frame.schema) == dict(SCHEMAS[kind])
                if fold is not None:
                    fold.step(batch)
            if fold is not None:
                fold.findings()

    return one


def feed_capture(data: bytes) -> None:
    """Walk a capture's packets as the census and the rewriting of links do; nfstream and tshark are others' programs."""
    census = Census()
    for table in census.take(BytesIO(data), Tally()):
        assert table.height
    write_raw(walk_packets(BytesIO(data), Walk()), BytesIO())


def feed_opening(data: bytes) -> None:
    """Open, recognise and unpack any file."""
    with _file(data) as path, suppress(CloisonError):
        opened = open_source(path, "log")
        recognise(opened.head, known_formats())
        with opened.stream() as stream:
            while stream.read(1 << 16):
                pass


def feed_state(data: bytes) -> None:
    """Take any bytes for the detectors' saved state, then for what its checksum covers."""
    body = data.removeprefix(MAGIC)[32:]
    for whole in (data, MAGIC + sha256(body).digest() + body):
        with suppress(CloisonError):
            restore(whole, CONTEXT)


def feed_map(data: bytes) -> None:
    """Load any bytes as a map."""
    with _file(data) as path, suppress(CloisonError):
        load(path)


def feed_indicator(data: bytes) -> None:
    """Take any bytes for an indicator of compromise."""
    with suppress(CloisonError):
        read_indicator(data.decode("utf-8", "replace"))


TARGETS: Mapping[str, Feed] = {
    "zeek-tsv": feed(ZeekTsv()),
    "zeek-json": feed(ZeekJson()),
    "eve": feed(Eve()),
    "argus": feed(Argus()),
    "netflow": feed(NetFlow()),
    "judges": feed(ZeekJson(), judged=True),
    "capture": feed_capture,
    "opening": feed_opening,
    "state": feed_state,
    "map": feed_map,
    "indicator": feed_indicator,
    "nfdump": feed(Nfdump()),  # each run starts nfdump: few runs a second
}


def seeds(name: str) -> Iterator[bytes]:
    """Give small files of a target's format, made here."""
    yield from _SEEDS.get("zeek-json" if name == "judges" else name, lambda: iter((b"",)))()


def words(name: str) -> Iterator[bytes]:
    """Give words that open the deeper paths of a target."""
    yield from {
        "zeek-tsv": [b"#fields\t", b"#path\t", b"\\x", b"(empty)", b"1e308", b"-", *_ZEEK_PATHS],
        "zeek-json": [b'"ts":', b'"id.orig_h":', b'"_path":', b"1e400", b"[[[[[[[[", *_ZEEK_PATHS],
        "eve": [b'"event_type":', b'"flow":{', b'"dns":', b'"krb5":', b'"smb":', b"1e400", b"[[[[[[[["],
        "argus": [b"StartTime,", b"   ->", b"0x", b"1e308"],
        "map": [b"[[zone]]", b"[[conduit]]", b"[[flow]]", b"needs = { all = [", b"{ any = ["],
        "state": [b"cloison state 1\n"],
        "indicator": [b"hxxp://", b"[.]", b"/99", b"xn--", b"::ffff:"],
    }.get("zeek-json" if name == "judges" else name, [])


_ZEEK_PATHS = [
    path.encode()
    for path in [
        "conn",
        "dns",
        "http",
        "ssl",
        "smb_files",
        "smb_mapping",
        "dce_rpc",
        "kerberos",
        "ntlm",
        "rdp",
        "ssh",
        "dhcp",
        "files",
    ]
]


def _zeek_tsv() -> Iterator[bytes]:
    yield logs.tsv("conn", logs.CONN, [logs.conn(i, port=440 + i) for i in range(3)]).encode()
    ends = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]
    for path, columns in (
        ("dns", ["query", "qtype_name", "rcode_name", "answers"]),
        ("http", ["method", "host", "uri", "user_agent", "status_code", "request_body_len"]),
        ("ssl", ["version", "server_name", "ja3", "subject"]),
        ("smb_files", ["action", "path", "name", "size", "prev_name"]),
        ("dce_rpc", ["named_pipe", "endpoint", "operation"]),
        ("kerberos", ["request_type", "client", "service", "success", "error_msg"]),
        ("files", ["tx_hosts", "rx_hosts", "source", "mime_type", "filename", "seen_bytes", "md5"]),
    ):
        row = {**logs.conn(1), **dict.fromkeys(columns, "svcctl")}
        yield logs.tsv(path, [*ends, *columns], [row, row]).encode()


def _zeek_json() -> Iterator[bytes]:
    yield (json.dumps({**logs.conn(0), "ts": logs.NOON, "_path": "conn"}) + "\n").encode() * 2
    yield b'{"_path":"dns","ts":"2026-01-01T12:00:00Z","id_orig_h":"10.0.0.1","id_resp_h":"10.0.0.2","query":"a.b"}\n'


def _eve() -> Iterator[bytes]:
    ends = '"src_ip":"10.0.0.1","src_port":50000,"dest_ip":"10.0.0.2","dest_port":445,"proto":"TCP"'
    for kind, more in (
        ("flow", '{"pkts_toserver":5,"bytes_toserver":500,"start":"2026-01-01T13:00:00.25+0100","state":"closed"}'),
        ("dns", '{"type":"query","rrname":"a.example","rrtype":"A","answers":[{"rdata":"1.2.3.4"}]}'),
        ("smb", '{"command":"SMB2_COMMAND_CREATE","filename":"a.exe","share":"ADMIN$"}'),
        ("alert", '{"signature":"x","severity":1,"category":"y","metadata":{"mitre_technique_id":["T1046"]}}'),
    ):
        yield f'{{"timestamp":"2026-01-01T13:00:00.25+0100","event_type":"{kind}",{ends},"{kind}":{more}}}\n'.encode()


def _argus() -> Iterator[bytes]:
    head = "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label"
    yield (
        head + "\n2026/01/01 12:00:00.5,1.5,tcp,192.0.2.1,50000,   ->,192.0.2.2,445,SPA_SPA,0,0,9,1000,400,4,\n"
    ).encode()


def _netflow() -> Iterator[bytes]:
    yield packets.v5([("10.0.0.1", 50_000, "10.0.0.2", 443, 6, 3, 400, 2, 0, 9)] * 2)
    data = packets.flow_set(256, packets.five_tuple())
    yield packets.v9(packets.flow_set(0, packets.template(256, *packets.FIVE_TUPLE)), data)
    yield packets.ipfix(packets.flow_set(2, packets.template(256, *packets.FIVE_TUPLE)), data)


def _captures() -> Iterator[bytes]:
    exported = packets.udp(50_000, 2055, next(_netflow()))
    frames = [packets.ethernet(packets.ipv4("10.0.0.1", "10.0.0.2", 17, exported), vlan=12)]
    frames.append(
        packets.ethernet(packets.ipv6("fd00::1", "fd00::2", 6, packets.tcp(50_000, 445, packets.SYN)), 0x86DD)
    )
    yield packets.pcap([(place, frame) for place, frame in enumerate(frames)])
    yield packets.pcap([(0, frames[0])], order=">", ticks=10**9, magic=0xA1B23C4D)
    yield packets.pcapng([(place, 0, frame) for place, frame in enumerate(frames)])


def _openings() -> Iterator[bytes]:
    plain = next(_zeek_tsv())
    yield from (plain, gzip.compress(plain, mtime=0), zstandard.compress(plain), *_captures(), *_netflow())


def _states() -> Iterator[bytes]:
    yield start(CONTEXT).save()


def _maps() -> Iterator[bytes]:
    yield b'format = 1\nname = "Essai"\n[[zone]]\nid = "a"\nname = "A"\nkind = "office"\nnetworks = ["10.0.0.0/24"]\n'


def _indicators() -> Iterator[bytes]:
    yield from (b"198.51.100.7/24", b"hxxps://evil[.]example/a", b"DOMAINE\\compte", b"a" * 64)


_SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "zeek-tsv": _zeek_tsv,
    "zeek-json": _zeek_json,
    "eve": _eve,
    "argus": _argus,
    "netflow": _netflow,
    "capture": _captures,
    "opening": _openings,
    "state": _states,
    "map": _maps,
    "indicator": _indicators,
}


class _file:  # noqa: N801 - a context, used as a word
    """A file of these bytes, in memory where the system has such a folder."""

    def __init__(self, data: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cloison-fuzz-", dir=SCRATCH)
        self._path = Path(self._folder.name) / "log"
        self._path.write_bytes(data)

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
