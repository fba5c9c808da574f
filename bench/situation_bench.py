"""Fifty people watch Situation while 20,000 records a second arrive through the watch: how soon each sees an alert.

The watch and the server are the programs that hospitals run; viewers ask for what a browser would: the events, then the
parts of the page that follow what changed, `QUIET` after the first word of it as `web/src/live.ts` does.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from bench.watch_bench import HEADER, lines
from cloison.model.people import Role
from cloison.ops.accounts import new_person
from cloison.ops.entrance import Client, Entrance
from cloison.rehearse.shipped import shipped_map
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.home_key import HomeKey
from cloison.store.sessions import Stage

VIEWERS, RATE = 50, 20_000
SECONDS = int(os.environ.get("CLOISON_BENCH_SITUATION_SECONDS", "60"))
TICK, QUIET, INTRUDER_EVERY, LOOK = 0.1, 0.4, 10.0, 0.02
PATIENCE = 240
"""Half seconds, at most, for the first plan and for all pages."""
LONGEST = 300
"""Seconds after which nothing is written any more, whatever became of who began it."""

PLANNING = "Le plan se calcule"
CLOISON = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()"]


@dataclass
class Seen:
    """What was measured.

    Attributes:
        changes: monotonic time and number of the topic "cases", as each became readable by others.
        shown: seconds from a change until a viewer's page held what was there then.
        first: when each viewer's whole page first answered, seconds.
        alerts: how many the first viewer's page ends with.
        spent: seconds of processor that each program took, from the moment that all pages were open.
    """

    changes: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    alerts: int = 0
    spent: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Print how soon pages show an alert, and what each part of Cloison takes of the processor."""
    with TemporaryDirectory(prefix="cloison-bench-") as name:
        home = Path(name)
        with shipped_map() as path:
            (home / "hospital.toml").write_bytes(path.read_bytes())
        (home / "logs").mkdir()
        log = home / "logs" / "conn.log"
        log.write_text(HEADER)
        cookies = _cookies(home)
        options = ["--home", name, "--map", str(home / "hospital.toml")]
        server = subprocess.Popen([*CLOISON, "serve", "--port", "0", *options], stderr=subprocess.PIPE, text=True)
        watch = subprocess.Popen([*CLOISON, "watch", str(home / "logs"), *options], stdout=subprocess.DEVNULL)
        feeder = subprocess.Popen([sys.executable, "-m", "bench.situation_bench", "feed", str(log)])
        try:
            address = _address(server)
            seen = asyncio.run(_watch(address, cookies, Database.at(home), {"serve": server.pid, "watch": watch.pid}))
        finally:
            for process in (feeder, watch, server):
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                process.kill()
    _tell(seen)


def _tell(seen: Seen) -> None:
    shown = sorted(seen.shown)
    print(
        f"situation: {VIEWERS} viewers, {RATE:,} records a second through the watch, {len(seen.changes)} changes seen"
    )
    if not shown:
        print("  nothing was shown")
        return
    print(
        f"  from the change in the database to the page that shows it: median {shown[len(shown) // 2]:.2f} s, "
        f"99 % {shown[int(len(shown) * 0.99)]:.2f} s, worst {shown[-1]:.2f} s (aim: under 2)"
    )
    print(f"  whole page, {VIEWERS} at once: worst {max(seen.first):.2f} s; {seen.alerts} alerts on it in the end")
    told = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in seen.spent.items())
    each = 1000 * seen.spent["serve"] / len(shown)
    print(f"  processor, in {SECONDS} s: {told}; serve takes {each:.1f} ms for each viewer and change")


async def _watch(address: str, cookies: list[str], database: Database, programs: dict[str, int]) -> Seen:
    seen, over = Seen(), asyncio.Event()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        headers = [{"Cookie": f"cloison={cookie}", "Accept": "text/html"} for cookie in cookies]
        looking = asyncio.create_task(_look(database, seen, over))
        for _ in range(PATIENCE):
            page = (await client.get("/", headers=headers[0])).text
            if 'id="doors"' in page and PLANNING not in page:
                break
            await asyncio.sleep(0.5)
        viewers = [asyncio.create_task(_view(client, head, seen, over)) for head in headers]
        for _ in range(PATIENCE):
            if len(seen.first) == VIEWERS:
                break
            await asyncio.sleep(0.5)
        before = {name: processor(pid) for name, pid in programs.items()}
        await asyncio.sleep(SECONDS)
        seen.spent = {name: processor(pid) - before[name] for name, pid in programs.items()}
        over.set()
        await looking
        for viewer in viewers:
            viewer.cancel()
        for told in await asyncio.gather(*viewers, return_exceptions=True):
            if isinstance(told, Exception):
                raise told
        page = (await client.get("/", headers=headers[0])).text
        seen.alerts = page.count('class="finding"')
    return seen


async def _look(database: Database, seen: Seen, over: asyncio.Event) -> None:
    number = database.revision("cases")
    while not over.is_set():
        await asyncio.sleep(LOOK)
        now = database.revision("cases")
        if now != number:
            number = now
            seen.changes.append(time.monotonic())


async def _view(client: httpx.AsyncClient, headers: dict[str, str], seen: Seen, over: asyncio.Event) -> None:
    began = time.monotonic()
    page = (await client.get("/", headers=headers)).text
    seen.first.append(time.monotonic() - began)
    parts = [unescape(part) for part in re.findall(r'data-follows="[^"]*cases[^"]*" hx-get="([^"]+)"', page)]
    known = len(seen.changes)
    changed = asyncio.Event()

    async def listen() -> None:
        async with client.stream("GET", "/events", headers=headers) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data") and "cases" in line.split(": ", 1)[1].split(" "):
                    changed.set()

    listening = asyncio.create_task(listen())
    try:
        while not over.is_set():
            await changed.wait()
            changed.clear()
            await asyncio.sleep(QUIET)
            included = len(seen.changes)
            for part in parts:
                (await client.get(part, headers={**headers, "HX-Request": "true"})).raise_for_status()
            shown = time.monotonic()
            seen.shown += [shown - at for at in seen.changes[known:included]]
            known = max(known, included)
    finally:
        listening.cancel()


def feed(path: Path) -> None:
    """Write records as a sensor would, and an intruder's among them, until told to stop, or for `LONGEST`."""
    time.sleep(3)  # the watch is up by then
    random = np.random.default_rng(1)
    each = int(RATE * TICK)
    pieces = [lines(each, 0.0, random, n * each) for n in range(20)]
    began, intruders = time.time(), 0
    with path.open("ab", buffering=0) as out:
        for tick in range(int(LONGEST / TICK)):
            now = time.time()
            out.write(pieces[tick % len(pieces)].replace(b"0.000000\tC", f"{now:.6f}\tC".encode()))
            if now - began > intruders * INTRUDER_EVERY:
                intruders += 1
                out.write(_scan(now, intruders))
            time.sleep(max(began + (tick + 1) * TICK - time.time(), 0))


def _scan(now: float, intruder: int) -> bytes:
    """Make an office's machine knock at a service of every server, as `watch_bench` does of others."""
    return "".join(
        f"{now:.6f}\tS{now}{i}\t10.10.1.{intruder + 10}\t50000\t10.5{i % 3}.0.{i + 1}\t445\ttcp\t-\t-\t0\t0\tS0\tT\tT\t0\tS\t1\t60\t0\t0\n"
        for i in range(90)
    ).encode()


def _cookies(home: Path) -> list[str]:
    """Open the viewers' sessions: one in five decides, the others only read."""
    database, now = Database.at(home), datetime.now(UTC)
    entrance, cookies = Entrance(database, HomeKey.of(home)), []
    for n in range(VIEWERS):
        person = new_person(f"banc{n}", f"Banc {n}", Role.ON_CALL if n % 5 == 0 else Role.READER, now=now)
        add_person(database, person)
        opened = entrance.open_session(person, Stage.OPEN, Client(address="127.0.0.1"), now=now, factor="totp")
        cookies.append(opened.cookie)
    database.close()
    return cookies


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stderr is not None
    found = re.search(r"http://[^\s/]+", server.stderr.readline())
    assert found is not None
    return found.group()


def processor(pid: int) -> float:
    """Give the seconds of processor that a process and its ended children took."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] == ["feed"]:
        with suppress(KeyboardInterrupt):
            feed(Path(sys.argv[2]))
    else:
        main()
