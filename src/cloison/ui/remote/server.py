"""What a command asks of a server, each question once, with the shape of its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from cloison.model.drill import Drill
from cloison.model.hospital import Hospital
from cloison.model.indicator import Indicator, IndicatorKind
from cloison.model.logbook import Chain
from cloison.model.mute import Mute, Scope
from cloison.ops.bulletin import Bulletin
from cloison.ops.crisis_desk import View
from cloison.store.hospital_file import parse
from cloison.store.lookback import LookBack
from cloison.ui.answers import (
    Cases,
    Drills,
    Entries,
    LeaksKnown,
    Me,
    Muted,
    Mutes,
    Scenarios,
    Stages,
    Standing,
    Watched,
)
from cloison.ui.remote.address import SETTING, read_address
from cloison.ui.remote.token import find_token
from cloison.ui.remote.wire import Wire

TOML = "application/toml"


@dataclass(frozen=True, slots=True)
class Server:
    """A server, as whoever holds the token sees it.

    Every question raises `ServerError` when the server cannot be reached or trusted, and otherwise what the same
    command raises on this machine.
    """

    wire: Wire

    @property
    def name(self) -> str:
        """Its address, for people."""
        return self.wire.address

    def me(self) -> Me:
        """Give whom the token speaks for."""
        return self.wire.noun(Me, "/me")

    def hospital(self) -> Hospital:
        """Give the map."""
        return parse(self.wire.text("/map", TOML), f"{self.name}/map")

    def leaks(self) -> LeaksKnown:
        """Give the leaks in the traffic learned last."""
        return self.wire.noun(LeaksKnown, "/map/leaks")

    def mutes(self) -> tuple[Mute, ...]:
        """Give what people called normal."""
        return self.wire.noun(Mutes, "/mutes").mutes

    def mute(self, finding: str, *, scope: Scope, reason: str, until: datetime) -> Muted:
        """Call an alert of its cases normal."""
        body = {"finding": finding, "scope": scope.value, "reason": reason, "until": until.isoformat()}
        return self.wire.act(Muted, "/mutes", body)

    def unmute(self, name: str) -> Mute:
        """Take a decision back."""
        return self.wire.act(Mute, f"/mutes/{_one(name)}", method="DELETE")

    def search(self, indicators: Sequence[Indicator], *, since: datetime | None, until: datetime | None) -> LookBack:
        """Look for indicators in its history."""
        span = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        return self.wire.act(LookBack, "/search", {**_named(indicators), **span})

    def watch(self, *, add: Sequence[Indicator] = (), drop: Sequence[Indicator] = ()) -> int:
        """Change its watchlist; gives how many are watched for then."""
        return self.wire.act(Watched, "/watchlist", {"add": _named(add), "drop": _named(drop)}).count

    def doors(self) -> Standing:
        """Give how every door that is meant to be shut stands."""
        return self.wire.noun(Standing, "/doors")

    def stages(self) -> Stages:
        """Give the doors that are shut, in the order of opening."""
        return self.wire.noun(Stages, "/doors/stages")

    def drills(self) -> Drills:
        """Give the exercises that were held."""
        return self.wire.noun(Drills, "/drills")

    def drill(self, name: str) -> Drill:
        """Give one of them."""
        return self.wire.noun(Drill, f"/drills/{_one(name)}")

    def scenarios(self) -> Scenarios:
        """Give what can be played there."""
        return self.wire.noun(Scenarios, "/scenarios")

    def begin_drill(self, scenario: str, second: str) -> Drills:
        """Begin an exercise there."""
        return self.wire.act(Drills, "/drills", {"scenario": scenario, "second": second})

    def cases(self) -> Cases:
        """Give every case, without its alerts."""
        return self.wire.noun(Cases, "/cases")

    def case(self, name: str) -> View:
        """Give a case whole."""
        return self.wire.noun(View, f"/cases/{_one(name)}")

    def open_case(self, what: str, chance: float, note: str) -> View:
        """Open a case on a doubt."""
        return self.wire.act(View, "/cases", {"what": what, "chance": chance, "note": note})

    def on_case(self, name: str, act: str, body: object = None, *, method: str = "POST") -> View:
        """Do something with a case: `act` is the last part of its address."""
        return self.wire.act(View, f"/cases/{_one(name)}/{act}", body, method=method)

    def entries(self, *, case: str = "", text: str = "", limit: int = 100) -> Entries:
        """Give entries of the logbook, newest first."""
        query = {"case": case, "text": text, "limit": str(limit)}
        return self.wire.noun(Entries, "/logbook", query=query)

    def whole_logbook(self, *, case: str = "") -> Entries:
        """Give the whole logbook, oldest first."""
        return self.wire.noun(Entries, "/logbook/whole", query={"case": case})

    def write(self, text: str, corrects: int | None) -> Entries:
        """Write an entry."""
        return self.wire.act(Entries, "/logbook", {"text": text, "corrects": corrects})

    def chain(self) -> Chain:
        """Have its chain computed again."""
        return self.wire.noun(Chain, "/logbook/chain")

    def status(self) -> Bulletin:
        """Give how things are there."""
        return self.wire.noun(Bulletin, "/status")

    def bring_map(self, content: bytes, note: str) -> Hospital:
        """Put another map in the place of its own, judged whole first."""
        self.wire.put_text(Hospital, "/map", content, TOML, query={"note": note})
        return self.hospital()


def reach(address: str, token_file: Path | None, authority: Path | None, language: str) -> Server:
    """Prepare to ask a server; nothing is sent yet.

    Raises:
        MissingFileError, BadValueError: the address or the token is none.
    """
    plain = read_address(address, where=f"--server ({SETTING})")
    return Server(Wire(plain, find_token(token_file), language, authority))


def _named(indicators: Sequence[Indicator]) -> dict[str, list[str]]:
    return {
        "words": [one.text for one in indicators if one.kind is not IndicatorKind.PATTERN],
        "patterns": [one.text for one in indicators if one.kind is IndicatorKind.PATTERN],
    }


def _one(name: str) -> str:
    """Make a name one part of an address: it leads nowhere else."""
    return quote(name, safe="") if name.strip(".") else "%2E"
