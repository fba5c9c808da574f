"""A console on the night: a small hospital, its devices in memory and armed, people and their browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from tests.enforce.wards import hospital
from tests.ui.web.consoles import live, person_with, serving, session_of, signed_in

from cloison.model.case import CaseId
from cloison.model.people import Role
from cloison.ops.crisis_desk import Desk, View
from cloison.ops.crisis_work import DOORS
from cloison.ops.factors import Factors
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load
from cloison.store.writing import hospital_text
from cloison.ui.web.app import make_app
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_view import desk_of


@dataclass(frozen=True, slots=True)
class Night:
    """The console, where it answers, and what goes on behind it."""

    console: Console
    address: str

    @property
    def desk(self) -> Desk:
        """The desk behind the pages."""
        return desk_of(self.console)

    def browser(self, role: Role = Role.ON_CALL) -> httpx.Client:
        """Give the browser of somebody with this role, who follows redirects."""
        made = signed_in(self.address, session_of(self.console, role))
        made.follow_redirects = True
        return made

    def code(self, role: Role) -> str:
        """Give a recovery code of somebody with this role: it serves once, as a code of the application does."""
        person = person_with(self.console, role)
        factors = Factors(self.console.database, self.console.entrance.key, person)
        return factors.new_recovery_codes(now=self.console.clock())[0]

    def case(self, what: str = "bureau", chance: float = 0.7) -> CaseId:
        """Open a case and wait for its plan."""
        person = person_with(self.console, Role.ON_CALL)
        name = self.desk.open_by_hand(what, chance, "", (person.id, person.name))
        self.desk.plan(name)
        self.desk.worker.finish(f"plan {name}")
        return name

    def still(self, name: CaseId) -> View:
        """Wait until doors are still."""
        self.desk.worker.finish(DOORS)
        return self.desk.look(name)

    def close(self, name: CaseId) -> None:
        """Open what is shut and close a case, so that the next test finds a quiet night."""
        person = person_with(self.console, Role.ON_CALL)
        self.desk.close(name, "fin", (person.id, person.name))


def prepared_map() -> str:
    """Give the map of the hospital that ships, its devices in memory."""
    with shipped_map() as path:
        shipped = load(path)
    points = tuple(
        point if point.driver == "manual" else replace(point, driver="memory", address=None)
        for point in shipped.enforcement_points
    )
    return hospital_text(replace(shipped, enforcement_points=points))


def console_at(home: Path) -> Console:
    """Give a home the hospital of the wards, its doors in memory and armed."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "hospital.toml").write_text(hospital_text(hospital()), encoding="utf-8")
    arm(load(home / "hospital.toml"), Means(home=home))
    return live(home)


@contextmanager
def night(home: Path, *, mapped: bool = True) -> Iterator[Night]:
    """Serve a console until the block ends; without a map, it is the first hour."""
    console = console_at(home) if mapped else live(home)
    for role in Role:
        person_with(console, role)
    with serving(make_app(console)) as address:
        yield Night(console, address)
    desk_of(console).worker.stop()
    console.database.close()
