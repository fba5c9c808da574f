"""Messages between applications of care: HL7 version 2 over MLLP (HL7 v2.5.1 chapter 2, 2.16.9 and 2.16.8)."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import Frame, Observed
from cloison.model.observations import Kind

_HEADER, _ACKNOWLEDGEMENT = "MSH", "MSA"


class Hl7:
    """A row for each message, its names only: what follows the header is about patients, and is not kept.

    An answer (a message with a segment MSA) has the asking side as source, as other kinds do. tshark knows a
    conversation on another port than 2575 by its first answer: the message before it is then not told.
    """

    fields: ClassVar[tuple[str, ...]] = ("hl7.segment",)
    protocols: ClassVar[frozenset[str]] = frozenset({"hl7"})

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet's first message."""
        segments = [_parts(segment) for segment in frame.all("hl7.segment")]
        header = next((parts for parts in segments if parts[0] == _HEADER), None)
        if header is None:
            return
        answer = next((parts for parts in segments if parts[0] == _ACKNOWLEDGEMENT), None)
        yield (
            Kind.HL7,
            frame.row(reply=answer is not None)
            | {
                # The separator itself is MSH-1, so MSH-3 is the third part.
                "sending": _joined(header[2:4]),
                "receiving": _joined(header[4:6]),
                "message": header[8] if len(header) > 8 and header[8] else None,  # noqa: PLR2004  # MSH-9
                "status": answer[1] if answer and len(answer) > 1 and answer[1] else None,
            },
        )

    def end(self) -> Iterator[Observed]:
        """Nothing waits."""
        return iter(())


def _parts(segment: str) -> list[str]:
    """Cut a segment where its sender does: the fourth character of MSH is the separator, nearly always a bar."""
    return segment.removesuffix("\\r").strip().split("|")


def _joined(names: list[str]) -> str | None:
    return "|".join(names) if any(names) else None
