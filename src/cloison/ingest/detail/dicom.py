"""Images asked for and sent: DICOM associations and commands (PS3.7 and PS3.8)."""

import re
from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import Frame, Observed, Waiting, as_number
from cloison.model.observations import Kind

_REQUEST, _ACCEPT, _REJECT, _ABORT = 1, 2, 3, 7
"""PDU types, PS3.8 section 9.3."""

_COMMAND = re.compile(r"([CN]-[A-Z-]+)-(RQ|RSP)(?: ID=(\d+))?(?: \(([^)]*)\))?")
"""A command as tshark sums it up: a dissected command set is told in no field of its own."""

_STATUSES = {
    "Success": "0000", "Pending": "ff00", "Cancel": "fe00", "Refused: Out of Resources": "a700",
    "Error: Data Set does not match SOP Class": "a900", "Error: Cannot Understand": "c000",
}  # fmt: skip
"""PS3.7 annex C and PS3.4."""

_TITLES = 1 << 16
"""Associations whose titles are remembered; later ones go without."""


class Dicom:
    """Associations, rejections, aborts, and each command with the status of its last answer."""

    fields: ClassVar[tuple[str, ...]] = (
        "dicom.pdu.type", "dicom.assoc.ae.calling", "dicom.assoc.ae.called", "_ws.col.Info",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"dicom"})

    def __init__(self) -> None:
        """Begin with no association."""
        self._titles: dict[str, tuple[str | None, str | None]] = {}
        self._waiting = Waiting(Kind.DICOM)

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet's units, in order."""
        units = {as_number(text) for text in frame.all("dicom.pdu.type")}
        if _REQUEST in units:
            titles = _title(frame, "calling"), _title(frame, "called")
            if len(self._titles) < _TITLES:
                self._titles[frame.stream] = titles
            row = frame.row() | {"calling": titles[0], "called": titles[1], "operation": "associate"}
            yield from self._waiting.put((frame.stream, "associate"), row)
        elif _ACCEPT in units or _REJECT in units:
            row = self._waiting.answer((frame.stream, "associate")) or self._row(frame, reply=True)
            row |= {"seen_at": frame.time_us, "operation": "associate" if _ACCEPT in units else "reject"}
            yield Kind.DICOM, row
        elif _ABORT in units:
            yield Kind.DICOM, self._row(frame) | {"operation": "abort"}
        else:
            yield from self._commands(frame)

    def end(self) -> Iterator[Observed]:
        """Give what nobody answered."""
        return self._waiting.end()

    def _commands(self, frame: Frame) -> Iterator[Observed]:
        summary = frame.first("_ws.col.Info") or ""
        for name, way, number, shown in _COMMAND.findall(summary):
            key = (frame.stream, name, number)
            if way == "RQ":
                yield from self._waiting.put(key, self._row(frame) | {"operation": name.lower()})
                continue
            status = next((code for text, code in _STATUSES.items() if shown.startswith(text)), None)
            # An answer without its status in the summary is one of many that say "pending".
            if status in {None, _STATUSES["Pending"]}:
                continue
            row = self._waiting.answer(key)
            if row is not None:
                yield Kind.DICOM, row | {"seen_at": frame.time_us, "status": status}

    def _row(self, frame: Frame, *, reply: bool = False) -> dict[str, object]:
        calling, called = self._titles.get(frame.stream, (None, None))
        return frame.row(reply=reply) | {"calling": calling, "called": called}


def _title(frame: Frame, side: str) -> str | None:
    return (frame.first(f"dicom.assoc.ae.{side}") or "").strip() or None
