"""The past, and what is watched for."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from cloison.errors import BadValueError
from cloison.model.indicator import Indicator
from cloison.model.noun import noun
from cloison.model.people import Right
from cloison.ops.search import change_watchlist, read_words, search
from cloison.ui.answers import Watched
from cloison.ui.documents import search_document
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.nouns import AS_ASKED, Told, tell
from cloison.ui.web.page import OnPage
from cloison.words import say

router = guarded_router()
MOST = 10_000
Words = Annotated[tuple[Annotated[str, Field(max_length=1024)], ...], Field(max_length=MOST)]


@noun
class Named:
    """Indicators as people write them, and patterns with * and ?."""

    words: Words = ()
    patterns: Words = ()


@noun
class Sought:
    """Indicators, and the time to look at; without it, all that is kept."""

    words: Words = ()
    patterns: Words = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


@noun
class WatchChange:
    """What to watch for from now on, and what no longer."""

    add: Named = Named()
    drop: Named = Named()


@router.post("/search", summary="When, by whom and how often something was met", **AS_ASKED)
@allowed(Right.READ, reads="recherche")
def look_back(page: OnPage, sought: Sought) -> Told:
    """Look in the history that is kept; nothing is changed."""
    indicators = read_words(sought.words, sought.patterns)
    if not indicators:
        raise BadValueError(say("nothing to look for was named"), fix=say("name one at least"), where="words")
    found = search(page.console.home, indicators, since=sought.since, until=sought.until)
    return tell(page, found, lambda: search_document(found))


@router.post("/watchlist", summary="Watch for indicators, or no longer", **AS_ASKED)
@allowed(Right.SETTINGS)
def watch(page: OnPage, change: WatchChange) -> Told:
    """Change the list; an alert is raised when one of it is met."""
    count = change_watchlist(page.console.home, add=_read(change.add), drop=_read(change.drop))
    return tell(page, Watched(count=count), lambda: {"watched": count})


def _read(named: Named) -> tuple[Indicator, ...]:
    return read_words(named.words, named.patterns)
