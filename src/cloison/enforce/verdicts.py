"""What trials before and after the doors moved say of one door."""

from collections.abc import Mapping, Sequence

from cloison.model.sealing import Answer, Proof, Sight, Trial
from cloison.words import Sentence, say

_ANSWERS = frozenset({Answer.CONNECTED, Answer.REFUSED})

_TOLD = 6
"""Sentences of evidence kept of each sort: a door's verdict is read, not archived."""


def broken_lifelines(
    trials: Sequence[Trial], before: Mapping[Trial, Sight], after: Mapping[Trial, Sight]
) -> tuple[Sentence, ...]:
    """Give the lifelines that answered before the doors moved and do not any more."""
    return tuple(
        say("the lifeline to {host} ({service}) answered before and does not any more", **_what(trial))
        for trial in trials
        if trial.lifeline
        and before[trial].answer is Answer.CONNECTED
        and after[trial].answer in {Answer.SILENT, Answer.REFUSED}
    )


def judge(
    trials: Sequence[Trial], before: Mapping[Trial, Sight], after: Mapping[Trial, Sight]
) -> tuple[Proof, tuple[Sentence, ...]]:
    """Judge one door by the trials through it.

    It is proved closed when nothing that it must stop answers, and a connection that was open before has carried
    nothing since: a firewall that only refuses new connections leaves the intruder inside. Silence where nothing
    answered before proves nothing.

    Returns:
        The proof, and the evidence for it.
    """
    stopped = [trial for trial in trials if not trial.lifeline]
    leaks = [
        say("{host} still answers on {service}", **_what(trial)) for trial in stopped if after[trial].answer in _ANSWERS
    ] + [
        say("the connection held open to {host} ({service}) still carries", **_what(trial))
        for trial in stopped
        if after[trial].heard
    ]
    if leaks:
        return Proof.LEAKING, tuple(leaks[:_TOLD])
    ended = [trial for trial in stopped if before[trial].answer is Answer.CONNECTED and after[trial].heard is False]
    silenced = [trial for trial in stopped if before[trial].answer in _ANSWERS and after[trial].answer is Answer.SILENT]
    kept = [trial for trial in trials if trial.lifeline and after[trial].answer is Answer.CONNECTED]
    evidence = (
        *[say("{host} answered on {service} and is silent now", **_what(trial)) for trial in silenced][:_TOLD],
        *[say("the connection held open to {host} ({service}) carries nothing", **_what(trial)) for trial in ended][
            :_TOLD
        ],
        *[say("the lifeline to {host} ({service}) passes", **_what(trial)) for trial in kept][:_TOLD],
    )
    if ended:
        return Proof.CLOSED, evidence
    if silenced:
        return Proof.NOT_PROVED, (*evidence, say("no connection could be held open: old ones may still live"))
    if any(after[trial].answer is not Answer.UNKNOWN for trial in stopped):
        return Proof.NOT_PROVED, (*evidence, say("nothing answered through it before either"))
    return Proof.NOT_PROVED, (*evidence, say("nobody tried it: no probe stands before it"))


def _what(trial: Trial) -> dict[str, str]:
    return {"host": trial.host, "service": f"tcp/{trial.port}"}
