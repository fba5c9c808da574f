"""What is sent to people who are away from the screen. It may cross networks that are not the hospital's."""

from datetime import datetime
from enum import StrEnum

from cloison.model.noun import noun
from cloison.words import Sentence


class NoticeKind(StrEnum):
    """What a notice is about."""

    CASE_OPENED = "case-opened"
    CASE_GREW = "case-grew"
    DOOR = "door"
    GUESSES = "guesses"
    SENSOR = "sensor"
    WATCH = "watch"
    TRIAL = "trial"


class NoticeStatus(StrEnum):
    """JOINED: a later notice of the same case told it too. GIVEN_UP: nobody could be reached for a day."""

    WAITING = "waiting"
    SENT = "sent"
    JOINED = "joined"
    GIVEN_UP = "given-up"


@noun
class Notice:
    """One message, or what became of it.

    Attributes:
        text: a sentence without names, addresses or anything of the map.
        case: the case that it is about; empty: none.
        drill: it is of an exercise.
        left: addresses still to be reached, by the beginning of their SHA-256; None: all of them.
        reason: why they could not be.
    """

    kind: NoticeKind
    text: Sentence
    case: str = ""
    drill: bool = False
    left: tuple[str, ...] | None = None
    reason: str = ""


@noun
class KeptNotice:
    """A notice in the queue.

    Attributes:
        number: growing.
        at: when it was written.
        next_at: when it is tried; None: no more.
    """

    number: int
    at: datetime
    status: NoticeStatus
    attempts: int
    next_at: datetime | None
    notice: Notice
