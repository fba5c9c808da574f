"""Trying the doors from inside the zones: what is tried, and the probes that try it."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import timedelta
from importlib.resources import files
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self

from cloison.enforce.rules import protocol_of
from cloison.enforce.transport import command_at
from cloison.model.hospital import Conduit, Hospital, Level, ZoneId
from cloison.model.sealing import Answer, DoorRules, Prober, Rules, Sight, Trial

MOST = 12
"""Trials of one sort through one door: a proof wants one answer, not a scan of medical devices."""

USUAL = (445, 3389, 22, 443, 80, 135)
"""Tried where the map declares no service: what intruders move through (ATT&CK T1021), and what answers often."""

_TCP = 6
_KNOWN = {answer.value: answer for answer in Answer}


def trials_of(rules: Rules, hospital: Hospital, probers: Sequence[Prober]) -> tuple[Trial, ...]:
    """Choose what to try: declared TCP services of the assets behind each door, from a prober before it."""
    placed = {prober.zone for prober in probers}
    conduits = {conduit.id: conduit for conduit in hospital.conduits}
    trials: list[Trial] = []
    for door in (door for point in rules.points for door in point.doors):
        conduit = conduits[door.conduit]
        if conduit.from_ in placed:
            vital = _lifeline_ports(conduit, hospital) if door.level is Level.LIFELINE else []
            shut = [port for port in _ports(conduit.services) or USUAL if port not in vital]
            trials += _through(door, conduit, hospital, shut, lifeline=False)
            trials += _through(door, conduit, hospital, vital, lifeline=True)
    return tuple(trials)


def _through(
    door: DoorRules, conduit: Conduit, hospital: Hospital, ports: Sequence[int], *, lifeline: bool
) -> list[Trial]:
    hosts = [str(address) for asset in hospital.assets if asset.zone == conduit.to for address in asset.addresses]
    return [
        Trial(conduit=door.conduit, zone=conduit.from_, host=host, port=port, lifeline=lifeline)
        for port in ports
        for host in hosts
    ][:MOST]


def _lifeline_ports(conduit: Conduit, hospital: Hospital) -> list[int]:
    flows = [flow.service for flow in hospital.flows if flow.lifeline and conduit.id in flow.via]
    return _ports(flows)


def _ports(services: Sequence[str]) -> list[int]:
    told = [protocol_of(service, 4) for service in services]
    return sorted({ports[0] for protocol, ports in told if protocol == _TCP and ports})


class Probing:
    """Probes at work in the zones, from before the doors move until after: a context manager.

    A probe that cannot be started or falls silent leaves its trials `UNKNOWN`: nothing is claimed from them.
    """

    def __init__(self, trials: Sequence[Trial], probers: Sequence[Prober], *, patience: timedelta) -> None:
        """Choose one prober for each zone that is tried from.

        Args:
            trials: what to try.
            probers: where.
            patience: for a probe to start and to answer, beyond the time it is told to listen.
        """
        self._trials = tuple(trials)
        self._patience = patience
        self._stack = ExitStack()
        zones = {trial.zone for trial in trials}
        self._probers = {prober.zone: prober for prober in reversed(probers) if prober.zone in zones}
        self._probes: dict[ZoneId, _Probe] = {}

    def __enter__(self) -> Self:
        """Start the probes."""
        for zone, prober in self._probers.items():
            self._probes[zone] = self._stack.enter_context(_Probe(prober.run, self._patience))
        return self

    def __exit__(self, *_: object) -> None:
        """End them, and with them the connections that they hold."""
        self._stack.close()

    def hold(self, seconds: float) -> Mapping[Trial, Sight]:
        """Connect to everything, and keep the connections."""
        targets = {
            zone: [[trial.host, trial.port] for trial in self._trials if trial.zone == zone] for zone in self._probes
        }
        orders = {zone: {"do": "hold", "targets": theirs, "patience": seconds} for zone, theirs in targets.items()}
        answers = self._ask(orders, seconds)
        return self._sights({zone: [(name, None) for name in told] for zone, told in answers.items()})

    def look(self, seconds: float) -> Mapping[Trial, Sight]:
        """Connect anew, and listen for this long on what is kept."""
        answers = self._ask({zone: {"do": "try", "patience": seconds} for zone in self._probes}, seconds)
        return self._sights({zone: [(one[0], one[1]) for one in told] for zone, told in answers.items()})

    def _ask(self, orders: Mapping[ZoneId, object], seconds: float) -> dict[ZoneId, list[Any]]:
        for zone, order in orders.items():
            self._probes[zone].tell(order)
        waiting = seconds + self._patience.total_seconds()
        return {zone: told for zone in orders if (told := self._probes[zone].hear(waiting)) is not None}

    def _sights(self, told: Mapping[ZoneId, Sequence[tuple[Any, Any]]]) -> Mapping[Trial, Sight]:
        sights: dict[Trial, Sight] = {}
        for zone in {trial.zone for trial in self._trials}:
            theirs = [trial for trial in self._trials if trial.zone == zone]
            answers = told.get(zone, ())
            if len(answers) != len(theirs):
                answers = [(Answer.UNKNOWN, None)] * len(theirs)
            for trial, (name, heard) in zip(theirs, answers, strict=True):
                known = _KNOWN.get(name, Answer.UNKNOWN)
                sights[trial] = Sight(answer=known, heard=heard if isinstance(heard, bool) else None)
        return sights


class _Probe:
    """One probe, spoken to through its input and output."""

    def __init__(self, address: str, patience: timedelta) -> None:
        text = (files("cloison.enforce") / "probe.py").read_text(encoding="utf-8")
        # The file comes first on the input, then the orders: nothing is installed where it runs.
        loader = f"import sys;exec(compile(sys.stdin.read({len(text)}),'probe','exec'),{{'__name__':'__main__'}})"
        self._command = command_at(address, ("python3", "-c", loader), patience)
        self._text = text
        self._said: SimpleQueue[str] = SimpleQueue()
        self._running: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self._running = subprocess.Popen(  # noqa: S603 - python3 at an address of a strict form
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        except OSError:
            return self
        self._write(self._text)
        Thread(target=self._listen, args=(self._running,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._running:
            self._running.kill()
            self._running.wait()
            for pipe in (self._running.stdin, self._running.stdout):
                if pipe:
                    with suppress(OSError):  # what it did not read when it died
                        pipe.close()

    def tell(self, order: object) -> None:
        self._write(json.dumps(order) + "\n")

    def hear(self, seconds: float) -> list[Any] | None:
        try:
            told = json.loads(self._said.get(timeout=seconds if self._running else 0))
        except (Empty, ValueError):
            return None
        return told if isinstance(told, list) else None

    def _write(self, text: str) -> None:
        try:
            if self._running and self._running.stdin:
                self._running.stdin.write(text)
                self._running.stdin.flush()
        except OSError:
            self._said.put("")  # it died: who asks must not wait

    def _listen(self, running: "subprocess.Popen[str]") -> None:
        try:
            for line in running.stdout or ():
                self._said.put(line)
        except ValueError:  # closed while listening
            return
        self._said.put("")
