"""What a server refuses, as the error that the same command raises here: same words, same exit code."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cloison.errors import (
    BadMapError,
    BadScenarioError,
    CloisonError,
    Fault,
    ServerError,
    SignInError,
    TooManyAttemptsError,
)
from cloison.words import Sentence, say, verbatim

_LONGEST = 2_000
_MOST_FAULTS = 1_000


def refusal(status: int, body: str, *, retry_after: str, where: str) -> CloisonError:
    """Make the error of an answer that is none of the 2xx.

    Args:
        status: of HTTP.
        body: what the API says as JSON; anything else, from a proxy before it say, is told by its status.
        retry_after: the header of a 429, seconds.
        where: the server's address.
    """
    told = _told(body)
    if told is None:
        return _by_status(status, where)
    kind = _kinds().get(told["error"], ServerError)
    made = kind.__new__(kind)
    CloisonError.__init__(
        made, verbatim(told["problem"]), fix=verbatim(told["fix"]), where=f"{where} {told['where']}".strip()
    )
    if isinstance(made, BadMapError | BadScenarioError):
        made.faults = tuple(_faults(told.get("faults")))
    if isinstance(made, TooManyAttemptsError):
        made.seconds = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 0  # noqa: PLR2004 - digits
    return made


def _told(body: str) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    names = ("error", "problem", "fix", "where")
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in names):
        return None
    return found | {name: found[name][:_LONGEST] for name in names}


def _faults(listed: object) -> Iterator[Fault]:
    for one in listed[:_MOST_FAULTS] if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("line"), int):
            reason, fix = (verbatim(str(one.get(name, ""))[:_LONGEST]) for name in ("reason", "fix"))
            yield Fault(line=one["line"], reason=reason, fix=fix)


def _kinds() -> Mapping[str, type[CloisonError]]:
    return {kind.code: kind for kind in CloisonError.__subclasses__() if kind.__module__ == CloisonError.__module__}


def _by_status(status: int, where: str) -> CloisonError:
    if status == 401:  # noqa: PLR2004 - of HTTP, here and below
        return SignInError(_NOBODY, fix=_TOKEN, where=where)
    problem, fix = _WORDS.get(status, _WORDS[500 if status >= 500 else 400])  # noqa: PLR2004
    if 300 <= status < 400:  # noqa: PLR2004
        problem, fix = _ELSEWHERE
    return ServerError(say("{problem} (HTTP {status})", problem=problem, status=str(status)), fix=fix, where=where)


_NOBODY = say("the server does not know this token, or it is over")
_TOKEN = say("make another one on the page “My account” of the server")
_ELSEWHERE = (
    say("the server leads elsewhere: a token is sent to no other place"),
    say("name the address that answers by itself"),
)
_WORDS: Mapping[int, tuple[Sentence, Sentence]] = {
    400: (say("the server does not understand the question"), say("check that both are of the same version")),
    403: (say("something before the server does not let this pass"), say("look at its proxy, or its firewall")),
    404: (say("there is no Cloison at this address"), say("check the address and the port")),
    413: (say("what was sent is too large for the server"), say("send a smaller file")),
    429: (say("the server asks to wait"), say("try again in a minute")),
    500: (say("the server is in trouble"), say("see how it goes: its own page, its own output; then try again")),
}
