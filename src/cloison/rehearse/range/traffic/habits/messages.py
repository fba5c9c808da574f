"""Messages: admissions, orders, results, prescriptions, monitors, over lines that stay open (HL7 v2.5.1, MLLP)."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cloison.rehearse.range.parts.messages import END, START
from cloison.rehearse.range.setting import Host
from cloison.rehearse.range.traffic.errand import Errand, Word
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

_ROUND_THE_CLOCK = (1,) * 24

_BY_KIND = {"biomedical": ("OML^O21", "ORU^R01"), "care": ("RDE^O11", "RDS^O13")}
"""What a server sends to an engine in a zone of that kind, and what comes back from it."""

_PAIRS_A_DAY = 260
_ANALYSES_AFTER = 2700.0
"""Hospital seconds from a sample's order to its results: the laboratory's usual three quarters of an hour."""

_ADMISSIONS_A_DAY = 55
_DEVICES_A_DAY = 70
_CHUNK = 65_536


class Messages:
    """Engines and devices tell each other what happens to patients."""

    name = "messages"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        setting = draft.setting
        takers = setting.having("hl7-engine", "worklist", "monitoring-station")
        engines = [host for host in takers if host.role == "hl7-engine"]
        hubs = [host for host in engines if host.kind == "server"]
        for hub in hubs[:1]:
            self._admissions(draft, hub, [each for each in takers if each != hub])
            for engine in engines:
                if engine.kind in _BY_KIND and engine.zone != hub.zone:
                    self._exchanges(draft, hub, engine)
        self._devices(draft, engines)

    def _admissions(self, draft: "Draft", hub: Host, takers: list[Host]) -> None:
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the zones draw nothing

        rng = draft.rng("admissions")
        for at in draft.moments(rng, _ADMISSIONS_A_DAY, CARE):
            what: dict[str, Word] = {"kind": "ADT^A01", "patient": int(rng.integers(1, 400))}
            for taker in takers:
                if draft.allows(hub, taker, "tcp/2575"):
                    draft.add(at, hub, taker, "tcp/2575", what=what)

    def _exchanges(self, draft: "Draft", hub: Host, engine: Host) -> None:
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the zones draw nothing

        rng = draft.rng(f"exchanges-{engine.id}")
        ask, answer = _BY_KIND[engine.kind]
        for at in draft.moments(rng, _PAIRS_A_DAY, CARE):
            patient = int(rng.integers(1, 400))
            if draft.allows(hub, engine, "tcp/2575"):
                draft.add(at, hub, engine, "tcp/2575", what={"kind": ask, "patient": patient})
            if draft.allows(engine, hub, "tcp/2575"):
                later = at + _ANALYSES_AFTER * float(rng.lognormal(0, 0.3))
                draft.add(later, engine, hub, "tcp/2575", what={"kind": answer, "patient": patient})

    def _devices(self, draft: "Draft", engines: list[Host]) -> None:
        from cloison.rehearse.rhythm import CARE  # noqa: PLC0415 - the zones draw nothing

        rng = draft.rng("devices")
        for device in draft.setting.having("medical-device", "monitoring-station", "analyser"):
            steady = device.role == "monitoring-station"
            for engine in engines:
                if device.zone == engine.zone or not draft.allows(device, engine, "tcp/2575"):
                    continue
                for at in draft.moments(
                    rng,
                    2 * _DEVICES_A_DAY if steady else _DEVICES_A_DAY,
                    _ROUND_THE_CLOCK if steady else CARE,
                ):
                    what: dict[str, Word] = {"kind": "ORU^R01", "patient": int(rng.integers(1, 400))}
                    draft.add(at, device, engine, "tcp/2575", what=what)
                break

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a message is done once its acknowledgement says AA for it."""
        with life.line(errand, lambda: life.connect(errand)) as line:
            for item in items:
                message = message_of(errand, item, *life.ends(errand))
                line.sendall(START + message.encode() + END)
                answer = _heard(line)
                if f"MSA|AA|{control_of(errand, item)}" not in answer:
                    raise ConnectionError(answer[-80:])
                yield item


def control_of(errand: Errand, item: int) -> str:
    """Give a message's own number (MSH-10): the same at each try, so that a receiver knows it again."""
    return f"X{errand.name(item)}"


def message_of(errand: Errand, item: int, source: Host, target: Host) -> str:
    """Write a message about an invented patient.

    Returns:
        Segments parted by carriage returns: HL7 v2.5.1, 2.5.
    """
    kind, patient = str(errand.what["kind"]), int(errand.what["patient"])
    now = time.strftime("%Y%m%d%H%M%S")
    sender, taker = f"{source.id}|{source.zone}", f"{target.id}|{target.zone}"
    segments = [
        f"MSH|^~\\&|{sender}|{taker}|{now}||{kind}|{control_of(errand, item)}|P|2.5.1|||AL|NE||UNICODE UTF-8",
        f"PID|1||EX-{patient:04d}^^^EXERCICE^PI||EXERCICE^{patient:04d}^^^^^D||19700101|O",
        f"PV1|1|I|UNITE-{patient % 9 + 1}^{patient % 40:02d}^1",
    ]
    if kind.startswith(("ORU", "OML", "ORM")):
        segments += [f"ORC|NW|{errand.number}", f"OBR|1|{errand.number}||24323-8^BILAN^LN|||{now}"]
    if kind.startswith("ORU"):
        segments += [
            f"OBX|{n}|NM|{2345 + n}-7^ANALYSE {n}^LN||{(patient * n) % 97 / 10}|mmol/L|||||F" for n in range(1, 15)
        ]
    if kind.startswith(("RDE", "RDS")):
        segments += [f"ORC|NW|{errand.number}", f"RXE|^^^{now}|EXEMPLAMINE 500 MG|1||CP"]
    return "\r".join(segments) + "\r"


def _heard(line: Any) -> str:  # noqa: ANN401 - a socket
    heard = b""
    while END not in heard:
        chunk = line.recv(_CHUNK)
        if not chunk:
            raise ConnectionResetError
        heard += chunk
    return heard.decode("utf-8", "replace")


HABIT = Messages()
