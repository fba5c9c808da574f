"""What a reader of the Carte looks at, as its address says it: each view can be sent, kept, and gone back to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from cloison.chart.atlas import Rank
from cloison.model.hospital import ZoneId

ADDRESS = "/carte"
MOST_OPEN, LONGEST = 40, 300
SECTION, PLAN = "coupe", "plan"
DETAILS = "details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One view of the map.

    Attributes:
        opened: keys of the places opened, the latest last; None: nobody chose yet.
        on: key of the place whose details are shown.
        care: id of the care service whose compartments are marked.
        find: what was typed in the search.
        view: the ship's section, or the plan.
        at: step of the time slider, from 0; None: the end.
    """

    opened: tuple[str, ...] | None = None
    on: str = ""
    care: str = ""
    find: str = ""
    view: str = SECTION
    at: int | None = None

    @classmethod
    def of(cls, asked: QueryParams) -> "Query":
        """Read an address; what makes no sense in it is passed over."""
        opened = tuple(key for key in asked.getlist("ouvert")[-MOST_OPEN:] if len(key) <= LONGEST)
        at = asked.get("instant", "")
        return cls(
            opened=opened if "ouvert" in asked else None,
            on=asked.get("lieu", "")[:LONGEST],
            care=asked.get("soin", "")[:LONGEST],
            find=asked.get("chercher", "")[:LONGEST].strip(),
            view=PLAN if asked.get("vue") == PLAN else SECTION,
            at=int(at) if at.isascii() and at.isdecimal() and len(at) < 6 else None,  # noqa: PLR2004 - a slider's steps
        )

    def having(self, **parts: Any) -> "Query":  # noqa: ANN401 - the fields above
        """Change parts of the view."""
        return replace(self, **parts)

    def opening(self, key: str, shown: Sequence[str]) -> "Query":
        """Open a place beside those that are open now."""
        return replace(self, opened=(*(each for each in shown if each != key), key))

    @property
    def address(self) -> str:
        """Where this view is."""
        query = urlencode(self.fields)
        return f"{ADDRESS}?{query}" if query else ADDRESS

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Give the address's parts, as a form's hidden fields carry them."""
        parts = [("ouvert", key) for key in self.opened or ()]
        parts += [("vue", self.view)] if self.view != SECTION else []
        parts += [("lieu", self.on)] if self.on else []
        parts += [("soin", self.care)] if self.care else []
        parts += [("chercher", self.find)] if self.find else []
        return parts + ([("instant", str(self.at))] if self.at is not None else [])


def address_of_zone(zone: ZoneId) -> str:
    """Give the address of a compartment's details."""
    return address_of_place(Query(), f"{Rank.ZONE}:{zone}")


def address_of_place(query: Query, key: str) -> str:
    """Give the address of a place's details beside what a view shows."""
    return f"{query.having(on=key).address}#{DETAILS}"
