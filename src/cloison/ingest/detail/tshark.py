"""tshark at work on a capture: its fields, line by line, handed to the readers of protocols."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cloison.ingest.addresses import canonical
from cloison.ingest.child import Child, running
from cloison.ingest.detail.arp import Arp
from cloison.ingest.detail.dicom import Dicom
from cloison.ingest.detail.directory import Ldap
from cloison.ingest.detail.frame import AGGREGATOR, BASE_FIELDS, Frame, Reader
from cloison.ingest.detail.hl7 import Hl7
from cloison.ingest.detail.logons import Kerberos, Ntlm, Rdp
from cloison.ingest.detail.naming import Dhcp, Dns
from cloison.ingest.detail.rpc import Rpc
from cloison.ingest.detail.smb import Smb
from cloison.ingest.detail.web import Http, Tls
from cloison.ingest.flow_meter import blocks_of_lines, time_limit
from cloison.ingest.format import Tally
from cloison.model.observations import SCHEMAS, TIME, Kind
from cloison.words import say, verbatim

PROGRAM = "tshark"

LARGEST = 2 << 30
"""Bytes of a capture: tshark remembers every conversation, several bytes for each byte read."""

STRETCH = 16_384
"""Observations given at once."""

_FILTER = (
    "(smb or smb2 or dcerpc or kerberos or ntlmssp or dns or llmnr or mdns or http or tls.handshake.type in {1,2,11} "
    "or ldap.protocolOp == 6 or dhcp or rdp.rt_cookie or arp or dicom.pdu.type or hl7) and not icmp and not icmpv6"
)
_TIMES = ("ts", "seen_at")


def read_detail(path: Path, tally: Tally) -> Iterator[tuple[Kind, pl.DataFrame]]:
    """Give DNS, HTTP, TLS, SMB, RPC, LOGON, DHCP, ARP, DICOM and HL7 tables; without tshark, remark what is missed.

    `record` is the packet's number. Whatever befalls tshark is remarked, never raised.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        tally.remarks.append(
            say(
                "tshark is not installed: flows only; files opened on shares, remote calls, logons, names and web "
                "requests are not seen (install the Debian package {package})",
                package="tshark",
            )
        )
        return
    size = path.stat().st_size
    if size > LARGEST:
        tally.remarks.append(
            say("the capture is too large for tshark ({size} MB): flows only; cut it in pieces", size=size >> 20)
        )
        return
    smb = Smb()
    readers: tuple[Reader, ...] = (
        smb, Rpc(smb), Ldap(), Ntlm(), Kerberos(), Rdp(), Dns(), Dhcp(), Http(), Tls(), Arp(), Dicom(), Hl7(),
    )  # fmt: skip
    fields = tuple(dict.fromkeys([*BASE_FIELDS, *(name for reader in readers for name in reader.fields)]))
    unknown: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="cloison-") as settings:
        environment = {"WIRESHARK_CONFIG_DIR": settings, "HOME": settings, "LC_ALL": "C.UTF-8"}
        for _ in range(2):
            known = [name for name in fields if name not in unknown]
            command = _command(program, path, known)
            with running(command, limit=time_limit(size), environment=environment) as child:
                yield from _tables(child, known, readers, tally)
            # An older or a newer tshark does not know every field: it says which, and does nothing.
            unknown = {line.strip() for line in child.complaint.splitlines()} & set(fields)
            if child.code == 0 or not unknown:
                break
    _remark(child, tally)


def _command(program: str, path: Path, fields: Sequence[str]) -> list[str]:
    # -n: resolve no name, on any server.
    command = [program, "-n", "-r", str(path), "-Y", _FILTER, "-T", "fields"]
    command += ["-E", "separator=/t", "-E", "occurrence=a", "-E", f"aggregator={AGGREGATOR}"]
    # Mirth Connect, the usual interface engine, listens on 6661 unless told otherwise.
    command += ["-d", "tcp.port==6661,hl7"]
    return command + [part for name in fields for part in ("-e", name)]


def _tables(
    child: Child, fields: Sequence[str], readers: Sequence[Reader], tally: Tally
) -> Iterator[tuple[Kind, pl.DataFrame]]:
    places = {name: place for place, name in enumerate(fields)}
    rows: dict[Kind, list[dict[str, Any]]] = {}
    count = 0
    for block in blocks_of_lines(child.output):
        for line in block.decode("utf-8", "replace").split("\n")[:-1]:
            try:
                frame = Frame(line, places)
            except ValueError:
                tally.rejected += 1
                continue
            names = set(frame.protocols.split(":"))
            for reader in readers:
                if names & reader.protocols:
                    for kind, row in reader.take(frame):
                        rows.setdefault(kind, []).append(row)
                        count += 1
            if count >= STRETCH:
                yield from _as_tables(rows)
                rows, count = {}, 0
    for reader in readers:
        for kind, row in reader.end():
            rows.setdefault(kind, []).append(row)
    yield from _as_tables(rows)


def _as_tables(rows: dict[Kind, list[dict[str, Any]]]) -> Iterator[tuple[Kind, pl.DataFrame]]:
    for kind in sorted(rows):
        schema = {name: dtype for name, dtype in SCHEMAS[kind].items() if name != "origin"}
        table = pl.DataFrame(rows[kind], schema={**schema, **dict.fromkeys(_TIMES, pl.Int64())})
        table = table.with_columns(pl.from_epoch(name, time_unit="us").cast(TIME).alias(name) for name in _TIMES)
        yield (
            kind,
            canonical(table, *({"src", "dst", "assigned", "server"} & set(schema))).sort("record", maintain_order=True),
        )


def _remark(child: Child, tally: Tally) -> None:
    if child.out_of_time:
        tally.remarks.append(say("tshark took too long and was stopped: later detail is missing"))
    elif child.code != 0 and "cut short" not in child.complaint:
        last = child.complaint.splitlines()[-1] if child.complaint else f"exit code {child.code}"
        tally.remarks.append(say("tshark stopped early, later detail is missing: {reason}", reason=verbatim(last)))
