"""How the emulated intruder's connections are written, and what is told of each act."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from cloison.model.finding import Technique
from cloison.rehearse.families.identity import log_names
from cloison.rehearse.families.office import log_tls
from cloison.rehearse.families.upkeep import log_desktop, log_remote_service, log_shell, log_winrm
from cloison.rehearse.habit import Day
from cloison.rehearse.rhythm import DAY, HOUR, sizes
from cloison.rehearse.route import Route
from cloison.rehearse.tape import Flows, Mask, Numbers, Picks, Texts
from cloison.rehearse.truth import Act
from cloison.words import Sentence

BEACON_SECONDS = 300.0
BEACON_JITTER = 0.25  # uniform, each side: what common command-and-control frameworks offer
LINE_BYTES_PER_SECOND = 9e6
STOLEN_ACCOUNT = "svc-sauvegarde"

APPS = {"tcp/445": "gssapi,smb,ntlm,dce_rpc", "tcp/3389": "rdp", "tcp/5985": "http", "tcp/22": "ssh"}
"""Remote service -> what Zeek calls it."""


class Traces:
    """The intruder's pen.

    Attributes:
        day: the day that it writes in.
        route: its machines.
        rng: its own random numbers.
        acts: what it did, told as it goes.
        entry_name: name of the desk where it came in.
    """

    def __init__(self, day: Day, route: Route, start: datetime) -> None:
        self.day, self.route, self.acts = day, route, list[Act]()
        self._start = start
        self.rng = day.rng("intrusion")
        self._late = float(self.rng.normal(0, 300))  # the whole day shifts by a few minutes
        self.entry_name = str(day.hosts.name[route.entry])

    def take(self, at: Numbers, source: int, targets: Picks, service: str) -> Flows:
        """Take machines over by one remote service, with the stolen account."""
        day, rng = self.day, self.rng
        n = len(targets)
        flows = self.open(
            at,
            source,
            targets,
            int(service[4:]),
            APPS[service],
            seconds=sizes(rng, 300, 0.6, n),
            up=sizes(rng, 900_000, 0.4, n),
            down=sizes(rng, 2_000_000, 0.6, n),
        )
        if service == "tcp/445":
            letters = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), 8))
            log_remote_service(day, targets, flows, f"{letters}.exe")
            columns = {
                "username": STOLEN_ACCOUNT,
                "hostname": day.hosts.name[source],
                "domainname": "HOPITAL",
                "server_nb_computer_name": day.hosts.name[targets],
                "success": True,
            }
            day.tape.log("ntlm", flows, columns, after=0.05)
        elif service == "tcp/3389":
            log_desktop(day, np.full(n, source), flows)
        elif service == "tcp/5985":
            log_winrm(day, targets, flows)
        else:
            log_shell(day, flows)
        return flows

    def call_home(
        self,
        source: int,
        at: Numbers,
        *,
        up: Numbers | float,
        down: Numbers | float,
        to: int | None = None,
    ) -> Flows:
        """Look the outside machine's name up now and then, and talk to it."""
        day, rng = self.day, self.rng
        target = np.full(len(at), self.route.command if to is None else to)
        controllers = self.within_reach(source, "domain-controller", "udp/53")
        if controllers:
            asked = at[::12]
            names = day.tape.connect(
                rng,
                at=asked - 0.1,
                src=np.full(len(asked), day.hosts.address[source]),
                dst=np.full(len(asked), day.hosts.address[controllers[0]]),
                port=53,
                proto="udp",
                service="dns",
                seconds=0.02,
                up=44,
                down=110,
            )
            log_names(day, rng, names, day.hosts.name[target[::12]], day.hosts.address[target[::12]])
        flows = self.open(
            at,
            source,
            target,
            443,
            "ssl",
            seconds=1.0 + (up + down) / LINE_BYTES_PER_SECOND,
            up=up * sizes(rng, 1, 0.06, len(at)),
            down=down * sizes(rng, 1, 0.1, len(at)),
        )
        log_tls(day, target, flows)
        return flows

    def beats(self, first: float, last: float) -> Numbers:
        """Moments of a beacon between two hours of the day, in seconds."""
        gaps = BEACON_SECONDS * (1 + self.rng.uniform(-BEACON_JITTER, BEACON_JITTER, int(DAY / BEACON_SECONDS)))
        at = first + np.cumsum(gaps)
        return at[at < last]

    def open(
        self,
        at: Numbers,
        source: int | Picks,
        target: Picks | Texts,
        port: int,
        service: str | None,
        *,
        seconds: Numbers | float,
        up: Numbers | float,
        down: Numbers | float,
        refused: Mask | float = 0.0,
        silent: Mask | float = 0.0,
    ) -> Flows:
        """Open connections between machines (indexes) or to addresses; they fail only where the caller says so."""
        address = self.day.hosts.address
        dst = target if target.dtype.kind == "U" else address[target]
        return self.day.tape.connect(
            self.rng,
            at=at,
            src=np.broadcast_to(address[source], len(at)),
            dst=dst.astype(np.str_),
            port=port,
            service=service,
            seconds=seconds,
            up=up,
            down=down,
            refused=refused,
            silent=silent,
            resets=0.0,
        )

    def within_reach(self, source: int, role: str, service: str) -> list[int]:
        """Machines of a role that the map lets the source open."""
        hosts = self.day.hosts
        return [
            int(h)
            for h in hosts.having(role)
            if self.day.declared.allows(int(hosts.zone[source]), int(hosts.zone[h]), service)
        ]

    def clock(self, hour: float) -> float:
        """An hour of the story, in seconds, on this intruder's clock."""
        return hour * HOUR + self._late + float(self.rng.uniform(0, 120))

    def tell(self, technique: str, flows: Flows | Sequence[Flows], sentence: Sentence) -> None:
        """Tell an act by the connections that it left."""
        parts = [flows] if isinstance(flows, Flows) else flows
        self.acts.append(
            Act(
                at=self._start + timedelta(seconds=float(min(part.at.min() for part in parts))),
                until=self._start + timedelta(seconds=float(max((part.at + part.seconds).max() for part in parts))),
                technique=Technique(technique),
                source=str(parts[0].src[0]),
                targets=tuple(sorted({str(address) for part in parts for address in part.dst})),
                sentence=sentence,
            )
        )
