"""The "bouton rouge": isolating the backups, approved in advance by two persons so that one can press it at night."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cloison.errors import BadValueError
from cloison.model.hospital import Hospital
from cloison.model.sealing import Record, Step
from cloison.ops.approving import approve, backup_levels, levels_digest
from cloison.ops.moving import Means
from cloison.store.journal import Journal
from cloison.words import say

_WHAT = "backups"

LONGEST = timedelta(days=366)
"""An approval is looked at again every year: people leave, passages change."""


def approve_in_advance(hospital: Hospital, means: Means, *, first: str, second: str | None, until: datetime) -> None:
    """Let one person press the button alone, until a date, for the passages that it closes today.

    Args:
        hospital: the map.
        means: with what.
        first: who approves.
        second: who approves too; always wanted, whatever the button cuts.
        until: UTC.

    Raises:
        NotApprovedError: two different persons are wanted.
        BadValueError: the date is past or too far, or the button closes nothing.
        UnfinishedSealError, UnwritableFileError, BadJournalError: see `Journal`.
    """
    now, levels = means.clock(), backup_levels(hospital)
    if not now < until <= now + LONGEST:
        raise BadValueError(
            say("an approval in advance ends within a year"),
            fix=say(
                "write the last day, as in {example}", example=f"--in-advance {now + timedelta(days=180):%Y-%m-%d}"
            ),
            where="--in-advance",
        )
    if not levels:
        raise BadValueError(
            say("the map has no passage from or to backups that can be shut"),
            fix=say("give each an enforcement point, {key}", key="enforced_by"),
            where="--backups",
        )
    said = approve(hospital, levels, first=first, second=second, two=True)
    told = (("what", _WHAT), *said.items(), ("until", until.isoformat()))
    with Journal(means.home) as journal:
        journal.write(Record(at=now, step=Step.APPROVE, done=True, said=told))


def press(hospital: Hospital, means: Means, *, person: str) -> Mapping[str, str] | None:
    """Give what the journal keeps of a press: who approved in advance, and who pressed.

    Returns:
        None when no approval stands: none was given, it is over, or the passages are others than those approved.

    Raises:
        NotApprovedError: the name is empty or too long.
        UnfinishedSealError, UnwritableFileError, BadJournalError: see `Journal`.
    """
    levels = backup_levels(hospital)
    name = approve(hospital, {}, first=person, second=None)["approved by"]
    with Journal(means.home) as journal:
        approvals = [dict(record.said) for record in journal.records if record.step is Step.APPROVE]
    given = [one for one in approvals if one.get("what") == _WHAT]
    if not given or given[-1]["levels"] != levels_digest(levels):
        return None
    last = given[-1]
    if means.clock() >= datetime.fromisoformat(last["until"]):
        return None
    kept = {key: last[key] for key in ("approved by", "and by", "levels")}
    return {**kept, "in advance, until": last["until"], "pressed by": name}
