"""Doors that really close, twenty times in the range while images and results flow; whole exercises; a quiet day.

`python -m bench.drill_bench seals|quiet`: minutes each; `exercises FILE [ROUNDS [SCENARIO]]`: each scenario as many
times, each with another seed, added to FILE line by line, then `table FILE`. No part of `make bench`.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from cloison.detect.fold import Context, start
from cloison.detect.live import Live
from cloison.enforce.rules import rules_of
from cloison.incident.belief import ALERT
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital, Level
from cloison.model.sealing import DoorState, Proof
from cloison.ops.drill_entry import INSIDE, find_scenario, scenarios
from cloison.ops.drill_feed import Captures
from cloison.ops.drill_range import RangeScene, crossed, in_range
from cloison.ops.keeping import open_again
from cloison.ops.rules import rules_of as sigma
from cloison.ops.sealing import seal
from cloison.rehearse.intruder.conductor import found_accounts
from cloison.rehearse.intruder.sessions import smb_session
from cloison.rehearse.intruder.stage import Account, Target
from cloison.rehearse.range.entering import fresh, surroundings
from cloison.rehearse.range.network import count
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

ROUNDS = 20
TIMES = 4
SPEED = 60.0
SETTLE, STAY = 1.5, 2.5
_TWO = {"approved by": "bench", "and by": "bench too"}
FILE = "urgences\\planning-00.docx"


def main() -> None:
    """Go where it can be measured."""
    what = sys.argv[1] if len(sys.argv) > 1 else "seals"
    if what == "witness":
        witness(*sys.argv[2:])
    elif what == "exercises":
        file, rounds = Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else TIMES
        for seed in range(1, rounds + 1):
            for name in sys.argv[4:] or [one.id for one in scenarios(_map())]:
                rehearse(name, seed, file)
        table(file)
    elif what == "table":
        table(Path(sys.argv[2]))
    elif os.environ.get(INSIDE):
        with TemporaryDirectory(prefix="cloison-bench-") as folder:
            {"seals": seals, "quiet": quiet}[what](Path(folder))
    else:
        words = fresh([sys.executable, "-m", "bench.drill_bench", what])
        root = str(Path(__file__).parents[1])
        subprocess.run(words, check=True, env={**surroundings(), INSIDE: "1", "PYTHONPATH": root})


def seals(folder: Path) -> None:
    """Shut every door that can be, lifelines kept, and open again, twenty times."""
    hospital = _map()
    scenario = find_scenario("nuit-rancongiciel", hospital)
    times: list[float] = []
    doors = tried = proved = watched = carried = through = 0
    with in_range(scenario, hospital, folder, speed=SPEED, seed=1, warm_up=timedelta(minutes=2)) as scene:
        scene.conductor.stop()
        levels, possible = _all_doors(scene.hospital), _tried(scene.hospital)
        for number in range(ROUNDS):
            held = _witness(scene, folder)
            before = time.perf_counter()
            verdicts = seal(rules_of(levels, scene.hospital), scene.tried, scene.means, approved=_TWO)
            times.append(time.perf_counter() - before)
            ended, passed = time.time(), count(scene.range_.layout)
            time.sleep(STAY)
            now = count(scene.range_.layout)
            conduits = {one.id: one for one in scene.hospital.conduits}
            through += sum(crossed(conduits[one], level, scene.hospital, passed, now) for one, level in levels.items())
            open_again(scene.hospital, scene.means, stage=None, approved=_TWO)
            watched += held.exists()
            carried += _heard(held, ended)
            doors += len(verdicts)
            tried += sum(one.conduit in possible for one in verdicts)
            proved += sum((one.state, one.proof) == (DoorState.SHUT, Proof.CLOSED) for one in verdicts)
            if number == 0:
                for one in verdicts:
                    if one.proof is not Proof.CLOSED and one.conduit in possible:
                        print(f"  {one.conduit}: {one.state}, {one.proof}, {one.evidence[0] if one.evidence else ''}")
            print(f"  {number + 1}: {times[-1]:.1f} s, {proved} proved, {through} packets, {carried} reads", flush=True)
            time.sleep(SETTLE)
        time.sleep(8)
        care = scene.care(levels)
    vital = [one for one in care if one.vital]
    print(
        f"drill: {ROUNDS} seals of {doors // ROUNDS} doors: approval to all doors tried, median {median(times):.1f} s"
        f" ({min(times):.1f} to {max(times):.1f}); {proved} proved closed, of {tried} that can be tried; {through} packets through shut doors;"
        f" {carried} reads on the SMB session that was open before, in {watched} of {ROUNDS} seals"
    )
    print(
        f"drill: vital messages sent {sum(one.sent for one in vital)}, lost {sum(one.lost for one in vital)},"
        f" late {sum(one.delayed for one in vital)}, slowest {max(one.slowest for one in vital):.1f} s"
    )


def rehearse(name: str, seed: int, file: Path) -> None:
    """Hold one whole exercise by the command, and add what it gave to a file."""
    with TemporaryDirectory(prefix="cloison-bench-") as home:
        words = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()", "drill", name]
        words += ["--home", home, "--approve", "A", "--second", "B", "--format", "json", "--seed", str(seed)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=1500)
    if done.returncode > 1:
        print(f"drill: {name}, seed {seed}: not held: {done.stderr.strip()[-200:]}", flush=True)
        return
    with file.open("a") as lines:
        lines.write(json.dumps({"seed": seed, "load": os.getloadavg()[1], **json.loads(done.stdout)}) + "\n")
    print(f"drill: {name}, seed {seed}: held", flush=True)


def table(file: Path) -> None:
    """Print what the exercises of a file gave, scenario by scenario, then all together."""
    held = [json.loads(line) for line in file.read_text().splitlines()]
    for name in (*dict.fromkeys(one["scenario"] for one in held), None):
        some = [one for one in held if name in {None, one["scenario"]}]
        doors = [door for one in some for door in one["doors"]]
        kept = [flow for one in some for flow in one["care"] if flow["vital"] and not flow["cut"]]
        told = {
            "to finding as told, min of story": _spread(
                [_seconds(one, "first_act_to_finding_on_story") for one in some], 60
            ),
            "to finding by the records' clock": _spread([_by_records(one, alerts=False) for one in some], 60),
            "to alert by the records' clock": _spread([_by_records(one, alerts=True) for one in some], 60),
            "approval to doors tried, s": _spread([_seconds(one, "approval_to_shut") for one in some], 1),
            "doors": len(doors),
            "shut": sum(door["state"] == "shut" for door in doors),
            "proved": sum(door["proof"] == "proved-closed" for door in doors),
            "leaking": sum(door["proof"] == "leaking" for door in doors),
            "packets through shut doors": sum(one["packets_through_shut_doors"] or 0 for one in some),
            "vital sent": sum(flow["sent"] for flow in kept),
            "lost": sum(flow["lost"] for flow in kept),
            "late": sum(flow["delayed"] for flow in kept),
            "false alarms": sum(one["false_alarms"] for one in some),
        }
        print(f"drill: {name or 'all'}, {len(some)} exercises: " + "; ".join(f"{key} {n}" for key, n in told.items()))


def _seconds(held: dict[str, Any], key: str) -> float | None:
    seconds: float | None = held["seconds"][key]
    return seconds


def _by_records(held: dict[str, Any], *, alerts: bool) -> float | None:
    """Give the story's seconds from the first act to the record that made the first finding, however late it was read."""
    first = next((one["story"] for one in held["moments"] if one["milestone"] == "first-act"), None)
    found = [one["detected_at"] for one in held["findings"] if one["hostile"] and (one["alert"] or not alerts)]
    if first is None or not found:
        return None
    return (datetime.fromisoformat(min(found)) - datetime.fromisoformat(first)).total_seconds()


def _spread(seconds: list[float | None], unit: float) -> str:
    """Give the median and the range of a time, and how many exercises had none."""
    times = [one / unit for one in seconds if one is not None]
    if not times:
        return "never"
    never = f", {len(seconds) - len(times)} never" if len(times) < len(seconds) else ""
    return f"{median(times):.1f} ({min(times):.1f} to {max(times):.1f}{never})"


def quiet(folder: Path) -> None:
    """Live a day of ordinary life at 144 times, and count what would have called somebody."""
    hospital = _map()
    scenario = find_scenario("nuit-rancongiciel", hospital)
    with in_range(scenario, hospital, folder, speed=144.0, seed=2, warm_up=timedelta()) as scene:
        scene.conductor.stop()
        feed = Captures(scene.range_.sensors.captures, scene.clock)
        live = Live(start(Context(book=AddressBook(hospital), hospital=hospital, watchlist=(), rules=sigma(()))))
        records = 0
        ends = datetime.now(UTC) + timedelta(days=1) / 144
        while datetime.now(UTC) < ends:
            for batch in feed.batches():
                records += sum(frame.height for frame in batch.values())
                live.step(batch)
            time.sleep(0 if feed.behind else 1)
        scene.traffic.stop()
        while feed.behind:
            for batch in feed.batches():
                live.step(batch)
        findings = live.fold.findings()
    alarms = [one for one in findings if one.confidence >= ALERT]
    print(
        f"drill: 24 quiet hours, {records:,} records: {len(alarms)} false alarms, {len(findings) - len(alarms)} clues"
    )
    for one in alarms:
        print(f"  {one.detected_at:%H:%M} {one.detector} {one.title}")


def _all_doors(hospital: Hospital) -> dict[str, Level]:
    vital = {conduit for flow in hospital.flows if flow.lifeline for conduit in flow.via}
    return {one.id: Level.LIFELINE if one.id in vital else Level.CLOSED for one in hospital.conduits if one.enforced_by}


def _tried(hospital: Hospital) -> set[str]:
    """Choose the doors that a probe can try: some declared TCP service of theirs is not vital."""
    vital = {(conduit, flow.service) for flow in hospital.flows if flow.lifeline for conduit in flow.via}
    return {
        one.id
        for one in hospital.conduits
        if any(service.startswith("tcp/") and (one.id, service) not in vital for service in one.services)
    }


def _witness(scene: RangeScene, folder: Path) -> Path:
    """Open an SMB session from an office desk, which reads the same file again and again, and wait for its first read."""
    place, address = scene.range_.layout.place_of("poste-adm-01")
    _, server = scene.range_.layout.place_of("fichiers-1")
    account = next(one for one in found_accounts(scene.range_.setting) if one.service == "smb")
    path = folder / f"witness-{time.time_ns()}"
    words = [sys.executable, "-m", "bench.drill_bench", "witness", str(path), str(server), account.user, account.opens]
    place.spawn([*words, str(address)], name="witness", folder=folder)
    until = time.monotonic() + 10
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.1)
    return path


def witness(path: str, server: str, user: str, word: str, address: str) -> None:
    """Read a file every 50 ms, noting each success, until the session breaks or a minute is over."""
    del address
    account = Account(service="smb", user=user, opens=word)
    until = time.monotonic() + 60
    with smb_session(Target(name=server, address=server), account, 445) as session:
        while time.monotonic() < until:
            session.getFile("SERVICES", FILE, BytesIO().write)
            with Path(path).open("a") as file:
                file.write(f"{time.time()}\n")
            time.sleep(0.05)


def _heard(path: Path, ended: float) -> int:
    """Count what the session read once the seal was over and before the doors opened again."""
    if not path.exists():
        return 0
    reads = [float(line) for line in path.read_text().split()]
    return sum(ended < moment < ended + STAY for moment in reads)


def _map() -> Hospital:
    with shipped_map() as path:
        return load(path)


if __name__ == "__main__":
    main()
