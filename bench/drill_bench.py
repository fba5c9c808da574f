"""Doors that really close, twenty times in the range while images and results flow; each scenario; a quiet day.

`python -m bench.drill_bench seals|scenarios|quiet`: minutes each, so no part of `make bench`.
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
SPEED = 60.0
SETTLE, STAY = 1.5, 2.5
_TWO = {"approved by": "bench", "and by": "bench too"}
FILE = "urgences\\planning-00.docx"


def main() -> None:
    """Go where it can be measured."""
    what = sys.argv[1] if len(sys.argv) > 1 else "seals"
    if what == "witness":
        witness(*sys.argv[2:])
    elif what == "scenarios":
        for name in (one.id for one in scenarios(_map())):
            rehearse(name)
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


def rehearse(name: str) -> None:
    """Hold one scenario by the command, and print its delays."""
    with TemporaryDirectory(prefix="cloison-bench-") as home:
        words = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()", "drill", name]
        words += ["--home", home, "--approve", "A", "--second", "B", "--format", "json"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=900)
        told = json.loads(done.stdout)
    seconds = told["seconds"]
    minutes = {
        key: "never" if value is None else f"{value / 60:.0f} min" for key, value in seconds.items() if "story" in key
    }
    proved = sum(one["proof"] == "proved-closed" for one in told["doors"])
    shut = seconds["approval_to_shut"]
    print(
        f"drill: {name}: first act to finding {minutes['first_act_to_finding_on_story']}, to incident"
        f" {minutes['first_act_to_incident_on_story']} (story); doors proved closed {proved} of {len(told['doors'])}"
        f" in {shut or 0:.1f} s; false alarms before {told['false_alarms']};"
        f" vital messages lost {sum(one['lost'] for one in told['care'] if one['vital'] and not one['cut'])}"
    )


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
