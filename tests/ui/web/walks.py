"""Every page that a console has, on the night of an incident: those that come later are walked too."""

from contextlib import contextmanager
from dataclasses import replace

import httpx
from fastapi.routing import APIRoute
from tests.ui.web.consoles import live, serving, session_of, signed_in

from cloison.model.people import Role
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load
from cloison.store.writing import hospital_text
from cloison.ui.web.app import make_app
from cloison.ui.web.crisis_view import desk_of

NOT_PAGES = ("/static/", "/events")
HOSTILE = (
    "<script>document.title='taken'</script>",
    "\"><img src=x onerror=document.title='taken'>",
    "{{ 7 * 7 }}{% raw %}",
    "{percent} {0} %s",
    "'; document.title='taken'; //",
)
"""What an intruder may call a machine, or whoever drew the map a compartment; longer and invisible ones are refused."""


class Night:
    """A console with an open case, being served.

    Attributes:
        address: where it is.
        pages: the addresses that show a page, those of the case too.
        hospital: its map.
    """

    def __init__(self, console, address, app):
        self.address = address
        self._console = console
        self.hospital = console.map_on_disk.hospital()
        case = self._case = desk_of(console).open_by_hand(self.hospital.zones[2].id, 0.8, "112", ("a", "A. Garde"))
        routes = [route for route in _routes(app.routes) if "GET" in route.methods]
        plain = {route.path for route in routes if "{" not in route.path}
        cases = {route.path.format(case=case) for route in routes if set(route.param_convertors) == {"case"}}
        self.pages = tuple(sorted(path for path in plain | cases if not path.startswith(NOT_PAGES)))

    def doubt(self, name, chance):
        """Have somebody else doubt a machine or a compartment."""
        desk_of(self._console).suspect(self._case, name, chance, ("b", "B. Martin"))

    def cookie(self, role=Role.CRISIS_DIRECTOR):
        return session_of(self._console, role).cookie

    def browser(self, role=Role.CRISIS_DIRECTOR):
        return signed_in(self.address, session_of(self._console, role))


def read(client, address, **asked):
    """Read a page; a kept connection may end at any time, and what only reads is asked again (RFC 9110, 9.2.2)."""
    try:
        return client.get(address, params=asked)
    except httpx.TransportError:
        return client.get(address, params=asked)


@contextmanager
def night(home, *, hostile=False):
    """Serve the hospital that ships, its devices in memory, until the block ends."""
    with shipped_map() as path:
        hospital = load(path)
    points = tuple(
        point if point.driver == "manual" else replace(point, driver="memory", address=None)
        for point in hospital.enforcement_points
    )
    hospital = replace(hospital, enforcement_points=points)
    arm(hospital, Means(home=home))
    hospital = _renamed(hospital) if hostile else hospital
    (home / "hospital.toml").write_text(hospital_text(hospital), encoding="utf-8")
    console = live(home)
    app = make_app(console)
    try:
        with serving(app) as address:
            yield Night(console, address, app)
    finally:
        desk_of(console).worker.stop()
        console.database.close()


def _renamed(hospital):
    """Rename everything as an intruder would."""
    zones = tuple(replace(each, name=HOSTILE[n % len(HOSTILE)]) for n, each in enumerate(hospital.zones))
    assets = tuple(replace(each, name=HOSTILE[(n + 3) % len(HOSTILE)]) for n, each in enumerate(hospital.assets))
    care = tuple(replace(each, name=HOSTILE[n % len(HOSTILE)]) for n, each in enumerate(hospital.care_services))
    return replace(hospital, name=HOSTILE[0], zones=zones, assets=assets, care_services=care)


def _routes(routes):
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if isinstance(route, APIRoute):
            if ".api." not in route.endpoint.__module__:
                yield route
        elif inner is not None and hasattr(inner, "routes"):
            yield from _routes(inner.routes)
