"""Record a hospital's ordinary life: a baseline on which every alert is a false one."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from cloison.errors import RangeError, UnwritableFileError
from cloison.ingest.reading import open_reading
from cloison.model.observations import Kind
from cloison.ops.range_keeping import Orders
from cloison.ops.ranging import started
from cloison.rehearse.range.clock import Clock
from cloison.rehearse.range.control import ask, runs
from cloison.rehearse.range.entering import surroundings
from cloison.rehearse.range.place import installed
from cloison.rehearse.range.stretching import Stretched, stretch
from cloison.rehearse.range.traffic.ledger import CARE, Count, tally
from cloison.rehearse.range.zeek_logs import write_zeek_logs
from cloison.words import say, verbatim

_LOOK = 1.0
_LAST_WORDS = 300

OnStep = Callable[[float], None]
"""Told the share of the life that is over, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording.

    Attributes:
        packets: `packets.pcap`, at the hospital's pace.
        flows: folder of nfcapd files, likewise.
        logs: folder of Zeek-like logs, likewise.
        stretched: how many packets, from when to when.
        care: each declared flow's images, messages and pages: what became of them.
    """

    packets: Path
    flows: Path
    logs: Path
    stretched: Stretched
    care: Mapping[str, Count]


def record(orders: Orders, out: Path, *, on_step: OnStep = lambda _: None) -> Recorded:
    """Let the hospital live, and leave what its sensors saw.

    Args:
        orders: of the range; it records, and ends with this process.
        out: folder of the recording, made when absent.
        on_step: told how far it is.

    Raises:
        RangeError: the range could not be built, or nothing crossed its router.
        UnwritableFileError: the folder cannot be written.
    """
    try:
        for name in ("flows", "zeek"):
            (out / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFileError(
            say("the folder cannot be written: {reason}", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(out),
        ) from error
    with started(replace(orders, recording=True)) as folder:
        began = datetime.fromisoformat(ask(folder, {"do": "status"})["began"])
        clock = Clock(began=began, origin=orders.origin, speed=orders.speed)
        lasting = clock.lasting(orders.life)
        while runs(folder):
            on_step(min(1.0, max(0.0, (datetime.now(began.tzinfo) - began) / lasting)))
            time.sleep(_LOOK)
    on_step(1.0)
    captures = sorted((folder / "sensors" / "captures").glob("*.pcap"))
    packets = out / "packets.pcap"
    stretched = stretch(captures, packets, clock)
    care = tally(folder / "life" / CARE)
    _write_flows(packets, out / "flows")
    write_zeek_logs(observed(packets), out / "zeek", stretched.first)
    told = {
        "hospital time": [stretched.first.isoformat(), stretched.last.isoformat()],
        "speed": orders.speed,
        "seed": orders.seed,
        "packets": stretched.packets,
        "care": {flow: asdict(count) for flow, count in care.items()},
    }
    (out / "recording.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    shutil.rmtree(folder / "sensors")
    return Recorded(packets=packets, flows=out / "flows", logs=out / "zeek", stretched=stretched, care=care)


def observed(packets: Path) -> Mapping[Kind, pl.DataFrame]:
    """Read a capture's observations, all of them, by kind."""
    tables: dict[Kind, list[pl.DataFrame]] = {}
    for batch in open_reading([packets]).batches():
        for kind, frame in batch.items():
            tables.setdefault(kind, []).append(frame)
    return {kind: pl.concat(frames) for kind, frames in tables.items()}


def _write_flows(packets: Path, folder: Path) -> None:
    """Tell the flows of a capture as a firewall's export would have, in five-minute files (nfpcapd(1))."""
    argv = [installed("nfpcapd"), "-r", str(packets), "-w", str(folder), "-t", "300", "-e", "60,15"]
    done = subprocess.run(argv, capture_output=True, text=True, errors="replace", env=surroundings(), check=False)  # noqa: S603 - fixed
    if done.returncode:
        raise RangeError(
            say("the flows could not be written: {reason}", reason=verbatim(done.stderr.strip()[-_LAST_WORDS:] or "?")),
            fix=say("read them from the packets"),
            where=str(folder),
        )
