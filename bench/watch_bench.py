"""The watch under load: 50,000 and 20,000 records a second in a log that grows; lag, processor, memory; kills.

Records are dated when they are written, as a sensor's are. A record's lag runs from its writing until it is judged.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cloison.model.finding import FindingId
from cloison.store.cases import open_cases
from cloison.store.database import Database
from cloison.store.sensors import sensors

CLOISON = Path(sys.executable).with_name("cloison")
SECONDS = int(os.environ.get("CLOISON_BENCH_WATCH_SECONDS", "60"))
KILLS = int(os.environ.get("CLOISON_BENCH_KILLS", "50"))
TICK = 0.1
HEADER = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
    "conn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
)


def main(only: Sequence[str] = ()) -> None:
    """Run the parts named, or all."""
    for rate in (50_000, 20_000):
        if not only or str(rate) in only:
            _load(rate)
    if not only or "kills" in only:
        _kills()


def lines(count: int, now: float, random: np.random.Generator, first: int) -> bytes:
    """Make a hospital's connections of one moment: 5,000 machines, each of 16 servers' 300, one in 50 unanswered."""
    hosts = random.integers(0, 5_000, count)
    servers = (hosts * 7 + random.integers(0, 16, count) * 13) % 300
    ports = np.array([443, 445, 53, 104, 389, 88, 80, 3306])[servers % 8]
    sent, got = random.integers(100, 5_000, count), random.integers(100, 90_000, count)
    states = np.where(random.integers(0, 50, count) == 0, "S0", "SF")
    stamp = f"{now:.6f}"
    return "".join(
        f"{stamp}\tC{first + i}\t10.{20 + h // 250 % 20}.{h % 7}.{h % 250 + 1}\t{49152 + i % 16000}\t10.1.{s // 250}.{s % 250 + 1}"
        f"\t{p}\ttcp\t-\t0.000000\t{a}\t{b}\t{c}\tT\tT\t0\tShADad\t5\t{a + 200}\t6\t{b + 240}\n"
        for i, (h, s, p, a, b, c) in enumerate(zip(hosts, servers, ports, sent, got, states, strict=True))
    ).encode()


def _load(rate: int) -> None:
    random = np.random.default_rng(1)
    # Made before, so that what is measured is the watch: only the moment is written while it runs.
    pieces = [lines(int(rate * TICK), 0.0, random, n * int(rate * TICK)) for n in range(20)]
    with tempfile.TemporaryDirectory(prefix="cloison-watch-") as name:
        folder = Path(name)
        (folder / "logs").mkdir()
        path = folder / "logs" / "conn.log"
        path.write_text(HEADER)
        process = _watching(folder, subprocess.PIPE)
        assert process.stdout is not None
        pulses: list[dict[str, float]] = []
        written: list[tuple[int, float]] = []
        os.set_blocking(process.stdout.fileno(), False)
        _until_ready(folder)
        began, spent = time.time(), _processor(process.pid)
        count, buffered = 0, b""
        with path.open("ab", buffering=0) as out:
            for tick in range(int(SECONDS / TICK)):
                now = time.time()
                out.write(pieces[tick % len(pieces)].replace(b"0.000000\tC", f"{now:.6f}\tC".encode()))
                count += int(rate * TICK)
                written.append((count, now))
                buffered = _heard(process.stdout.read() or b"", buffered, pulses)
                time.sleep(max(began + (tick + 1) * TICK - time.time(), 0))
        took = time.time() - began
        spent = _processor(process.pid) - spent
        memory = _memory(process.pid)
        os.set_blocking(process.stdout.fileno(), True)
        process.send_signal(signal.SIGINT)
        rest = process.communicate()[0]
        _heard(rest, buffered, pulses)
        lags = [pulse["lag_seconds"] for pulse in pulses if 5 < pulse["wall"] - began < took]
        print(f"{rate:,} connections a second for {took:.0f} s ({count / took:,.0f} written a second), every detector")
        print(
            f"  lag at worst {max(lags):.2f} s, median of the worst of each 2 s {sorted(lags)[len(lags) // 2]:.2f} s (aim: under 2)"
        )
        print(f"  processor {100 * spent / took:.0f} % of one core; memory {memory:,.0f} MB at most")
        print(f"  judged {pulses[-1]['records']:,} of {count:,}; late {pulses[-1]['late']}")


def _kills() -> None:
    random = np.random.default_rng(2)
    with tempfile.TemporaryDirectory(prefix="cloison-watch-") as name:
        killed, calm = Path(name) / "killed", Path(name) / "calm"
        for folder in (killed, calm):
            (folder / "logs").mkdir(parents=True)
            (folder / "logs" / "conn.log").write_text(HEADER)
        count, now, process = 0, time.time() - 86_400, None
        for kill in range(KILLS):
            process = _watching(killed, subprocess.DEVNULL)
            # Rows go on coming from the start of each watch until its end, wherever it is then.
            until = time.time() + 4 + 4 * float(random.random())
            while time.time() < until:
                piece = lines(500, now, random, count) + _scan(now, kill)
                count += piece.count(b"\n")
                now += 1
                for folder in (killed, calm):
                    with (folder / "logs" / "conn.log").open("ab") as out:
                        out.write(piece)
                time.sleep(0.05)
            process.kill()
            process.wait()
        for folder in (killed, calm):
            process = _watching(folder, subprocess.DEVNULL)
            _until_judged(folder, count)
            process.send_signal(signal.SIGINT)
            process.wait()
        told = [_found(folder) for folder in (killed, calm)]
        print(
            f"{KILLS} kills -9 while {count:,} records came: {len(told[0])} findings in cases, {len(told[1])} without a kill"
        )
        print(f"  lost {len(told[1] - told[0])}, too many {len(told[0] - told[1])}")


def _scan(now: float, kill: int) -> bytes:
    """Make a machine look for others, a few at a time."""
    return "".join(
        f"{now:.6f}\tS{now}{i}\t10.60.0.{kill + 1}\t50000\t10.61.{i}.{int(now) % 250 + 1}\t445\ttcp\t-\t-\t0\t0\tS0\tT\tT\t0\tS\t1\t60\t0\t0\n"
        for i in range(5)
    ).encode()


def _watching(folder: Path, out: int) -> "subprocess.Popen[bytes]":
    command = [str(CLOISON), "watch", str(folder / "logs"), "--home", str(folder / "home"), "--format", "json"]
    return subprocess.Popen(command, stdout=out)


def _heard(data: bytes, before: bytes, pulses: list[dict[str, float]]) -> bytes:
    *whole, rest = (before + data).split(b"\n")
    for line in whole:
        page = json.loads(line)
        if page["event"] == "pulse":
            pulses.append({**page, "wall": time.time()})
    return rest


def _judged(folder: Path) -> int:
    if not (folder / "home" / "cloison.db").is_file():
        return -1
    database = Database.at(folder / "home")
    done = [sensor.records for sensor in sensors(database) if sensor.id == "watch"]
    database.close()
    return done[0] if done else -1


def _until_ready(folder: Path) -> None:
    while _judged(folder) < 0:
        time.sleep(0.2)
    time.sleep(2)


def _until_judged(folder: Path, count: int) -> None:
    while _judged(folder) < count:
        time.sleep(0.5)


def _found(folder: Path) -> set[tuple[FindingId, str]]:
    database = Database.at(folder / "home")
    found = {(finding.id, str(finding.last_seen)) for case in open_cases(database) for finding in case.findings}
    database.close()
    return found


def _processor(pid: int) -> float:
    """Seconds of processor that a process and its ended children took."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main(sys.argv[1:])
