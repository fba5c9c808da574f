"""Call an alert normal, for a time; list what was; take it back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.finding import Finding
from cloison.model.mute import Mute, Scope, mute
from cloison.store.mutes import keep_mutes, mutes_kept
from cloison.words import say, verbatim

__all__ = ["mute_finding", "mutes_kept", "unmute"]

LONGEST = timedelta(days=366)
"""What was normal a year ago must be said again."""

LONGEST_REASON = 500


def mute_finding(
    home: Path, name: str, findings: Sequence[Finding], *, scope: Scope, reason: str, until: datetime
) -> tuple[Mute, bool]:
    """Keep the decision that a finding is normal; an earlier one with the same finding and scope is replaced.

    Args:
        home: where decisions are kept.
        name: the finding's id, or its beginning.
        findings: among which it is looked for.
        scope: how far the decision reaches.
        reason: a person's words.
        until: its end.

    Returns:
        What is kept, and whether it replaces another.

    Raises:
        UnknownIdError: no finding has that id, or several begin so.
        BadValueError: the reason is empty or too long, the end is past or more than a year away.
        UnwritableFileError: it cannot be kept.
    """
    now = datetime.now(UTC)
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise BadValueError(
            say("a mute wants a reason, of {n} characters at most", n=LONGEST_REASON),
            fix=say("say why this is normal, as in {example}", example='--reason "télémaintenance du scanner"'),
            where="--reason",
        )
    if not now < until <= now + LONGEST:
        raise BadValueError(
            say("a mute ends in the future, and within a year"),
            fix=say("choose a nearer day, as in {example}", example=f"--until {(now + timedelta(days=90)):%Y-%m-%d}"),
            where="--until",
        )
    decision = mute(_named(name, findings), scope=scope, reason=said, since=now, until=until)
    before = mutes_kept(home)
    keep_mutes(home, [*(one for one in before if one.id != decision.id), decision])
    return decision, any(one.id == decision.id for one in before)


def unmute(home: Path, name: str) -> Mute:
    """Take a decision back, by its id or the finding's, or the beginning of either.

    Raises:
        UnknownIdError: there is none, or several begin so.
        UnwritableFileError: it cannot be kept.
    """
    kept = mutes_kept(home)
    known = [one for one in kept if name and (one.id.startswith(name) or one.finding.startswith(name))]
    if len(known) != 1:
        raise UnknownIdError(
            say("{n} mutes have the id {name}", n=len(known), name=verbatim(name)),
            fix=say("see {command}", command="cloison mute --list"),
            where="--remove",
        )
    keep_mutes(home, [one for one in kept if one.id != known[0].id])
    return known[0]


def _named(name: str, findings: Sequence[Finding]) -> Finding:
    known = [finding for finding in findings if name and finding.id.startswith(name)]
    if len(known) != 1:
        raise UnknownIdError(
            say("{n} alerts read there have the id {name}", n=len(known), name=verbatim(name)),
            fix=say("take the id that cloison analyze prints beside the alert, and name the same logs"),
            where=name,
        )
    return known[0]
