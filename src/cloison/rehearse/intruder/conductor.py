"""Plays a scenario in the range: each step's act is started at its time, in the zone that it acts from."""

import subprocess
import sys
from datetime import timedelta
from threading import Event, Thread
from time import monotonic, sleep

from cloison.errors import RangeError
from cloison.model.hospital import AssetId, Zone, ZoneId, ZoneKind
from cloison.model.scenario import Scenario, ScenarioStep
from cloison.rehearse.intruder.agent import MODULE, write_order
from cloison.rehearse.intruder.bounds import Bounds
from cloison.rehearse.intruder.outward import MODULE as OUTSIDE
from cloison.rehearse.intruder.outward import redirection
from cloison.rehearse.intruder.stage import Account, Order, Target
from cloison.rehearse.population import neighbourhood, populate
from cloison.rehearse.range.layout import RangeLayout
from cloison.rehearse.range.network import MARK
from cloison.rehearse.range.setting import Setting
from cloison.words import say, verbatim

INTERFACES = ("up0",)
"""The one that the range gives each zone."""

_PATIENCE = timedelta(seconds=5)
_SLACK = 5.0
"""Seconds that an act may go on after the end of the scenario."""


class Conductor:
    """A scenario under way. Made and used inside the range.

    Attributes:
        folder: the truth, each act's own files and words.
    """

    def __init__(
        self, scenario: Scenario, layout: RangeLayout, setting: Setting, *, nonce: str, speed: float, seed: int = 1
    ) -> None:
        """Prepare.

        Args:
            scenario: what to play; its ids are of the layout's map.
            layout: where.
            setting: the range's accounts.
            nonce: the range's, which each act checks.
            speed: how many times faster than the story.
            seed: of what each act draws.
        """
        self.folder = setting.folder / "intruder"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._scenario, self._layout, self._setting = scenario, layout, setting
        self._nonce, self._speed, self._seed = nonce, speed, seed
        self._outside = outside_addresses(layout)
        self._running: list[subprocess.Popen[bytes]] = []
        self._ending = Event()
        self._playing = Thread(target=self._play, daemon=True)

    def start(self) -> None:
        """Open the outside, then play from another thread."""
        internet = next(one for one in self._layout.compartments if one.kind is ZoneKind.INTERNET)
        addresses = [target.address for target in self._outside]
        done = internet.place.run(["nft", redirection(addresses)], timeout=_PATIENCE)
        if done.returncode:
            raise RangeError(
                say("the machine refused a step of the range: {reason}", reason=verbatim(done.stderr.strip() or "?")),
                fix=say("see what a range needs in {page}", page="docs/range.md"),
                where="nft",
            )
        words = [sys.executable, "-m", OUTSIDE, str(self.folder), *addresses]
        self._running.append(internet.place.spawn(words, name="outside", folder=self.folder))
        told = self.folder / "outside.log"
        limit = monotonic() + _PATIENCE.total_seconds()
        while monotonic() < limit and b"ready" not in (told.read_bytes() if told.exists() else b""):
            sleep(0.05)
        self._playing.start()

    def stop(self) -> None:
        """End every act at once."""
        self._ending.set()
        if self._playing.ident is not None:
            self._playing.join()
        for one in self._running:
            one.kill()
        for one in self._running:
            one.wait()

    @property
    def over(self) -> bool:
        """Whether the last step has been started and all acts have ended."""
        # The first process is the outside, which ends with the exercise.
        return not self._playing.is_alive() and all(one.poll() is not None for one in self._running[1:])

    def _play(self) -> None:
        began = monotonic()
        for number, step in enumerate(self._scenario.steps):
            due = began + step.at.total_seconds() / self._speed
            if self._ending.wait(max(0.0, due - monotonic())):
                return
            self._running.append(self._start(number, step))

    def _start(self, number: int, step: ScenarioStep) -> "subprocess.Popen[bytes]":
        place, address = self._layout.place_of(AssetId(step.from_))
        left = (self._scenario.lasts - step.at).total_seconds() / self._speed + _SLACK
        folder = self.folder
        order = Order(
            act=step.act,
            parameters=step.parameters,
            source=str(address),
            targets=self._targets(step),
            networks=self._networks(),
            name_servers=self._name_servers(),
            accounts=found_accounts(self._setting),
            people=tuple(one.name for one in self._setting.people),
            speed=self._speed,
            seed=self._seed + number,
            bounds=Bounds(seconds=min(Bounds().seconds, left)),
            folder=str(folder),
            marker=str(MARK),
            nonce=self._nonce,
            interfaces=INTERFACES,
        )
        path = folder / f"order-{number:02d}.json"
        write_order(path, order)
        words = [sys.executable, "-m", MODULE, str(path)]
        return place.spawn(words, name=f"act-{number:02d}-{step.act}", folder=folder)

    def _targets(self, step: ScenarioStep) -> tuple[Target, ...]:
        zones = {zone.id: zone for zone in self._layout.hospital.zones}
        zone = zones.get(ZoneId(step.to))
        if zone is None:
            _, address = self._layout.place_of(AssetId(step.to))
            return (Target(name=step.to, address=str(address)),)
        return self._outside if zone.kind is ZoneKind.INTERNET else zone_targets(self._layout, zone)

    def _networks(self) -> tuple[str, ...]:
        inside = [str(network) for one in self._layout.compartments for network in one.networks]
        return (*inside, *(f"{target.address}/32" for target in self._outside))

    def _name_servers(self) -> tuple[str, ...]:
        server = self._setting.name_server
        return (server.address,) if server else ()


def outside_addresses(layout: RangeLayout) -> tuple[Target, ...]:
    """Give the machines of the range's "internet" that are the intruder's own."""
    people = populate(layout.hospital)
    return tuple(
        Target(name=str(people.name[place]), address=str(people.address[place])) for place in people.having("attacker")
    )


def zone_targets(layout: RangeLayout, zone: Zone) -> tuple[Target, ...]:
    """Give the machines of a zone, the map's systems first, then the addresses around them where nobody answers."""
    known = layout.compartment(zone.id).hosts
    taken = {str(address) for address in known.values()}
    around = [str(address) for address in neighbourhood(zone) if str(address) not in taken]
    listed = [asset.id for asset in layout.hospital.assets if asset.zone == zone.id and asset.id in known]
    named = [*listed, *(name for name in known if name not in listed)]
    empty = [Target(name=address, address=address) for address in around]
    return (*(Target(name=name, address=str(known[name])) for name in named), *empty)


def found_accounts(setting: Setting) -> tuple[Account, ...]:
    """Give the accounts that the intruder ends up with: those whose password somebody chose too simply."""
    weak = [one for one in setting.accounts if one.weak]
    return tuple(Account(service=name, user=one.name, opens=one.password) for name in ("smb", "ssh") for one in weak)
