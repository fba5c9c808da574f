"""An emulated intruder: the traces of a day's work between a mail opened and data taken out, as text.

The steps are those of published hospital cases (entry by mail, domain controller within the day, backups looked
for, data out before anything is encrypted); it carries no exploit and opens no connection. It goes only where
the map's conduits let it, and is heard knocking where they do not.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from cloison.model.finding import Technique
from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.identity import DOMAIN, MEMBERS, REALM, log_names, log_tickets, user_of
from cloison.rehearse.families.office import log_tls
from cloison.rehearse.families.upkeep import log_desktop, log_remote_service, log_shell, log_winrm
from cloison.rehearse.habit import Day
from cloison.rehearse.rhythm import DAY, HOUR, sizes
from cloison.rehearse.route import DATA, Route, choose
from cloison.rehearse.tape import Flows, Mask, Numbers, Picks, Texts
from cloison.rehearse.truth import Act
from cloison.words import Sentence, say, say_many

BEACON_SECONDS = 300.0
BEACON_JITTER = 0.25  # uniform, each side: what common command-and-control frameworks offer
STOLEN_BYTES = 20e9
STOLEN_ACCOUNT = "svc-sauvegarde"

_SAMR = ("SamrConnect5", "SamrEnumerateDomainsInSamServer", "SamrOpenDomain", "SamrEnumerateUsersInDomain")
_APPS = {"tcp/445": "gssapi,smb,ntlm,dce_rpc", "tcp/3389": "rdp", "tcp/5985": "http", "tcp/22": "ssh"}
_TECHNIQUES = {"tcp/445": "T1021.002", "tcp/3389": "T1021.001", "tcp/5985": "T1021.006", "tcp/22": "T1021.004"}


def live(day: Day, start: datetime) -> tuple[Act, ...]:
    """Add the intruder's traces to the day.

    Args:
        day: the ordinary day, already lived.
        start: moment zero, UTC.

    Returns:
        What it did, in time order; empty when the map gives it no way in.
    """
    route = choose(day, day.rng("route"))
    if route is None:
        return ()
    intruder = _Intruder(day, route, start)
    intruder.enter()
    intruder.explore()
    intruder.steal_credentials()
    if route.pivots:
        intruder.spread_to_servers()
    if route.controller is not None:
        intruder.take_the_domain(route.controller)
        intruder.go_beyond(route.controller)
        intruder.collect(route.controller)
    intruder.take_out()
    return tuple(sorted(intruder.acts, key=lambda act: (act.at, act.technique)))


class _Intruder:
    def __init__(self, day: Day, route: Route, start: datetime) -> None:
        self.day, self.route, self.acts = day, route, list[Act]()
        self._start = start
        self._rng = day.rng("intrusion")
        self._late = float(self._rng.normal(0, 300))  # the whole day shifts by a few minutes
        self._entry_name = str(day.hosts.name[route.entry])

    def enter(self) -> None:
        """A mail with a booby-trapped attachment, opened twelve minutes later, and the calls home that follow."""
        day, rng, route = self.day, self._rng, self.route
        opened = self._clock(9.67)
        peers, relays, servers = (day.hosts.having(role) for role in ("mail-peer", "mail-relay", "mail-server"))
        if (
            len(relays)
            and len(servers)
            and day.declared.allows(int(day.hosts.zone[relays[0]]), int(day.hosts.zone[servers[0]]), "tcp/25")
        ):
            at = np.array([opened - 720.0, opened - 716.0])
            hops = np.array([peers[7 % len(peers)], relays[0], servers[0]])
            mail = self._open(at, hops[:2], hops[1:], 25, "smtp", seconds=2.0, up=412_000, down=480)
            columns = {
                "fuid": day.tape.name_files(rng, 2), "source": "SMTP", "depth": 3, "analyzers": "(empty)", "mime_type": "application/zip",
                "filename": "Avis_de_passage_colis.zip", "duration": 0.4, "is_orig": True, "seen_bytes": 297_114, "missing_bytes": 0,
                "overflow_bytes": 0, "timedout": False,
            }  # fmt: skip
            day.tape.log("files", mail, columns, after=1.0)
            self._tell(
                "T1566.001", mail, say("a mail with a trapped attachment arrives for {host}", host=self._entry_name)
            )
        fetched = self._call_home(route.entry, np.array([opened, opened + 4.0]), up=900, down=740_000)
        self._tell(
            "T1204.002",
            fetched,
            say("the attachment is opened on {host}, which fetches a program", host=self._entry_name),
        )
        last = min(float(day.off[route.entry]), DAY - 600)
        calls = self._call_home(route.entry, self._beats(opened + 180, last), up=980, down=420)
        self._tell(
            "T1071.001", calls, say("{host} calls an outside machine every five minutes or so", host=self._entry_name)
        )

    def explore(self) -> None:
        """Who and what is there: the directory, then shares, then a sweep of the networks it can name."""
        day, rng, entry = self.day, self._rng, self.route.entry
        controllers = self._within_reach(entry, "domain-controller", "tcp/389")
        if controllers:
            at = self._clock(10.2) + np.cumsum(rng.exponential(25, 45))
            asked = self._open(
                at, entry, np.full(45, controllers[0]), 389, "ldap_tcp", seconds=2.0, up=3800, down=240_000
            )
            named = self._open(
                at[:6] + 9,
                entry,
                np.full(6, controllers[0]),
                445,
                "gssapi,smb,dce_rpc",
                seconds=8.0,
                up=9000,
                down=60_000,
            )
            for wait, operation in enumerate(_SAMR):
                pipe = {"rtt": 0.002, "named_pipe": "\\pipe\\lsass", "endpoint": "samr", "operation": operation}
                day.tape.log("dce_rpc", named, pipe, after=0.5 + wait)
            self._tell(
                "T1087.002",
                [asked, named],
                say("{host} asks the directory for accounts, groups and machines", host=self._entry_name),
            )
        shares = self._within_reach(entry, "file-server", "tcp/445")
        if shares:
            listed = self._open(self._clock(10.6) + np.arange(len(shares)) * 31.0, entry, np.array(shares), 445,
                                "gssapi,smb,dce_rpc", seconds=4.0, up=5000, down=22_000)  # fmt: skip
            pipe = {"rtt": 0.002, "named_pipe": "\\PIPE\\srvsvc", "endpoint": "srvsvc", "operation": "NetrShareEnum"}
            day.tape.log("dce_rpc", listed, pipe, after=0.5)
            self._tell("T1135", listed, say("{host} lists the shares of the file servers", host=self._entry_name))
        self._sweep()

    def steal_credentials(self) -> None:
        """One password tried on many accounts, then tickets asked for many services, to be cracked at leisure."""
        rng, entry = self._rng, self.route.entry
        controllers = self._within_reach(entry, "domain-controller", "tcp/88")
        if not controllers:
            return
        tried = self._open(self._clock(12.4) + np.cumsum(rng.exponential(9, 60)), entry, np.full(60, controllers[0]), 88, "krb_tcp",
                           seconds=0.01, up=420, down=260)  # fmt: skip
        people = self.day.hosts.having("workstation")
        names = user_of(self.day, rng.choice(people, len(tried)))
        realm = np.full(len(tried), f"krbtgt/{REALM}")
        log_tickets(
            self.day,
            tried,
            np.full(len(tried), "AS"),
            np.char.add(names, f"/{REALM}"),
            realm,
            rng.random(len(tried)) < 0.97,
        )
        self._tell("T1110.003", tried, say_many("{host} tries one password on {n} account", "{host} tries one password on {n} accounts",
                                                len(tried), host=self._entry_name))  # fmt: skip
        asked = self._open(self._clock(12.8) + np.cumsum(rng.exponential(1.5, 28)), entry, np.full(28, controllers[0]), 88, "krb_tcp",
                           seconds=0.01, up=1500, down=1600)  # fmt: skip
        n = len(asked)
        services = np.char.add(np.char.add("MSSQLSvc/serveur-", np.arange(n).astype("U2")), f".{DOMAIN}")
        who = np.full(n, f"{user_of(self.day, np.array([entry]))[0]}/{REALM}")
        log_tickets(self.day, asked, np.full(n, "TGS"), who, services, np.zeros(n, dtype=bool), cipher="rc4-hmac")
        self._tell("T1558.003", asked, say_many("{host} asks for the ticket of {n} service, in an old cipher",
                                                "{host} asks for the tickets of {n} services, in an old cipher", n,
                                                host=self._entry_name))  # fmt: skip

    def spread_to_servers(self) -> None:
        """From the desk to the servers by their administrative shares; the first then calls home by itself."""
        route = self.route
        servers = np.array(route.pivots)
        at = self._clock(13.3) + np.cumsum(self._rng.exponential(240, len(servers)))
        flows = self._take(at, route.entry, servers, "tcp/445")
        self._tell("T1021.002", flows, say_many("{host} starts a program on {n} server through its administrative share",
                                                "{host} starts a program on {n} servers through their administrative shares",
                                                len(servers), host=self._entry_name))  # fmt: skip
        pivot = route.pivots[0]
        outside = int(self.day.hosts.zone[route.command])
        if self.day.declared.allows(int(self.day.hosts.zone[pivot]), outside, "tcp/443"):
            calls = self._call_home(pivot, self._beats(self._clock(13.8), self._clock(22.4)), up=1040, down=460)
            self._tell(
                "T1071.001", calls, say("{host} calls the outside machine too", host=str(self.day.hosts.name[pivot]))
            )

    def take_the_domain(self, controller: int) -> None:
        """From a server, or the desk, to the domain controller, whose secrets are copied."""
        day, route = self.day, self.route
        source = route.pivots[0] if route.pivots else route.entry
        service = next(
            s for s in _APPS if day.declared.allows(int(day.hosts.zone[source]), int(day.hosts.zone[controller]), s)
        )
        named = str(day.hosts.name[source])
        flows = self._take(np.array([self._clock(14.5), self._clock(14.9)]), source, np.full(2, controller), service)
        self._tell(_TECHNIQUES[service], flows, say("{host} takes over the domain controller", host=named))
        if service == "tcp/445":
            copied = self._open(np.array([self._clock(15.1)]), source, np.array([controller]), 445, "gssapi,smb,ntlm", seconds=40.0,
                                up=60_000, down=190_000_000)  # fmt: skip
            share = np.char.add(np.char.add("\\\\", copied.dst), "\\C$")
            day.tape.log("smb_mapping", copied, {"path": share, "share_type": "DISK"}, after=0.1)
            columns = {
                "action": "SMB::FILE_OPEN",
                "path": share,
                "name": "Windows\\Temp\\ntds.dit",
                "size": 188_743_680,
            }
            day.tape.log("smb_files", copied, columns, after=0.4)
            self._tell("T1003.003", copied, say("{host} copies the domain's secrets", host=named))

    def go_beyond(self, controller: int) -> None:
        """From the controller to every zone that lets it in, one after the other; backups are looked for last."""
        zones = self.day.hosts.zone
        visited = list(dict.fromkeys(int(zones[host]) for host, _ in self.route.beyond))
        at = self._clock(15.4)
        for zone in visited:
            for service in _APPS:
                hosts = np.array([h for h, s in self.route.beyond if zones[h] == zone and s == service], dtype=np.intp)
                if not len(hosts):
                    continue
                moments = at + np.cumsum(self._rng.exponential(420, len(hosts)))
                flows = self._take(moments, controller, hosts, service)
                name = self.day.hospital.zones[zone].name
                backups = self.day.hospital.zones[zone].kind is ZoneKind.BACKUP
                self._tell(_TECHNIQUES[service], flows, say("the controller opens sessions on the backups ({zone})", zone=name) if backups
                           else say("the controller opens sessions on the servers of {zone}", zone=name))  # fmt: skip
            at += 3.2 * HOUR / max(len(visited), 1)

    def collect(self, controller: int) -> None:
        """The controller reads what is worth selling, and puts it on the machine that can send it out."""
        day, hosts = self.day, self.day.hosts
        held = {*self.route.pivots, *(host for host, _ in self.route.beyond)} - {self.route.exit_}
        read = [
            h
            for h in sorted(held)
            if hosts.role[h] in DATA and day.declared.allows(int(hosts.zone[controller]), int(hosts.zone[h]), "tcp/445")
        ]
        if not read:
            return
        at = self._clock(18.9) + np.arange(len(read)) * 700.0
        pulled = self._open(
            at,
            controller,
            np.array(read),
            445,
            "gssapi,smb,ntlm",
            seconds=600.0,
            up=2_000_000,
            down=STOLEN_BYTES / 2 / len(read),
        )
        share = np.char.add(np.char.add("\\\\", pulled.dst), "\\D$")
        day.tape.log("smb_mapping", pulled, {"path": share, "share_type": "DISK"}, after=0.1)
        for number in range(6):
            columns = {
                "action": "SMB::FILE_OPEN",
                "path": share,
                "name": f"export\\lot-{number}.bak",
                "size": 1_400_000_000,
            }
            day.tape.log("smb_files", pulled, columns, after=1.0 + 90 * number)
        parts = [pulled]
        if day.declared.allows(int(hosts.zone[controller]), int(hosts.zone[self.route.exit_]), "tcp/445"):
            parts.append(self._open(at[-1:] + 800, controller, np.array([self.route.exit_]), 445, "gssapi,smb,ntlm", seconds=700.0,
                                    up=STOLEN_BYTES / 2, down=3_000_000))  # fmt: skip
        self._tell("T1039", parts, say_many("the controller gathers files from {n} server", "the controller gathers files from {n} servers",
                                            len(read)))  # fmt: skip

    def take_out(self) -> None:
        """About twenty gigabytes leave in the evening, by a passage that is open for another use."""
        leaving = self.route.exit_
        at = self._clock(20.2) + np.cumsum(self._rng.exponential(140, 36))
        up = sizes(self._rng, STOLEN_BYTES / 36, 0.3, 36)
        flows = self._call_home(leaving, at, up=up, down=up / 1200, to=self.route.sink, seconds=up / 9e6)
        self._tell("T1048.002", flows, say("{host} sends about {n} gigabytes outside", host=str(self.day.hosts.name[leaving]),
                                           n=round(float(flows.up.sum()) / 1e9)))  # fmt: skip

    def _sweep(self) -> None:
        day, rng, entry = self.day, self._rng, self.route.entry
        here = int(day.hosts.zone[entry])
        answers = day.hosts.having(*MEMBERS)
        at, found = self._clock(10.9), []
        for index, zone in enumerate(day.hospital.zones):
            nets = [net for net in zone.networks if net.version == 4 and net.prefixlen >= 20]
            if not nets or zone.kind in (ZoneKind.SUPPLIER, ZoneKind.OT):
                continue
            spots = np.array([str(nets[0].network_address + i) for i in range(1, min(nets[0].num_addresses - 1, 255))])
            alive = np.isin(spots, day.hosts.address[day.hosts.zone == index])
            serves = np.isin(spots, day.hosts.address[answers])
            for service in ("tcp/445", "tcp/3389"):
                passes = day.declared.allows(here, index, service)
                refused = alive & passes & (~serves | (rng.random(len(spots)) < (0.1 if service == "tcp/445" else 0.6)))
                silent = ~alive | (not passes)
                when = at + np.cumsum(rng.exponential(0.9, len(spots)))
                found.append(
                    self._open(
                        when,
                        entry,
                        spots,
                        int(service[4:]),
                        None,
                        seconds=0.1,
                        up=0,
                        down=0,
                        refused=refused,
                        silent=silent,
                    )
                )
            at += 320.0
        self._tell("T1046", found, say_many("{host} knocks at {n} address", "{host} knocks at {n} addresses",
                                            len(np.unique(np.concatenate([flows.dst for flows in found]))), host=self._entry_name))  # fmt: skip

    def _take(self, at: Numbers, source: int, targets: Picks, service: str) -> Flows:
        """Take machines over by one remote service, with the stolen account."""
        day, rng = self.day, self._rng
        n = len(targets)
        flows = self._open(at, source, targets, int(service[4:]), _APPS[service], seconds=sizes(rng, 300, 0.6, n),
                           up=sizes(rng, 900_000, 0.4, n), down=sizes(rng, 2_000_000, 0.6, n))  # fmt: skip
        if service == "tcp/445":
            letters = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz"), 8))
            log_remote_service(day, targets, flows, f"{letters}.exe")
            columns = {"username": STOLEN_ACCOUNT, "hostname": day.hosts.name[source], "domainname": "HOPITAL",
                       "server_nb_computer_name": day.hosts.name[targets], "success": True}  # fmt: skip
            day.tape.log("ntlm", flows, columns, after=0.05)
        elif service == "tcp/3389":
            log_desktop(day, np.full(n, source), flows)
        elif service == "tcp/5985":
            log_winrm(day, targets, flows)
        else:
            log_shell(day, flows)
        return flows

    def _call_home(self, source: int, at: Numbers, *, up: Numbers | float, down: Numbers | float, to: int | None = None,
                   seconds: Numbers | float = 1.2) -> Flows:  # fmt: skip
        """Look the outside machine's name up now and then, and talk to it."""
        day, rng = self.day, self._rng
        target = np.full(len(at), self.route.command if to is None else to)
        controllers = self._within_reach(source, "domain-controller", "udp/53")
        if controllers:
            asked = at[::12]
            names = day.tape.connect(rng, at=asked - 0.1, src=np.full(len(asked), day.hosts.address[source]),
                                     dst=np.full(len(asked), day.hosts.address[controllers[0]]), port=53, proto="udp", service="dns",
                                     seconds=0.02, up=44, down=110)  # fmt: skip
            log_names(day, rng, names, day.hosts.name[target[::12]], day.hosts.address[target[::12]])
        flows = self._open(
            at,
            source,
            target,
            443,
            "ssl",
            seconds=seconds,
            up=up * sizes(rng, 1, 0.06, len(at)),
            down=down * sizes(rng, 1, 0.1, len(at)),
        )
        log_tls(day, target, flows)
        return flows

    def _beats(self, first: float, last: float) -> Numbers:
        gaps = BEACON_SECONDS * (1 + self._rng.uniform(-BEACON_JITTER, BEACON_JITTER, int(DAY / BEACON_SECONDS)))
        at = first + np.cumsum(gaps)
        return at[at < last]

    def _open(  # noqa: PLR0913  # one argument for each thing that a connection has
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
            self._rng,
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

    def _within_reach(self, source: int, role: str, service: str) -> list[int]:
        hosts = self.day.hosts
        return [
            int(h)
            for h in hosts.having(role)
            if self.day.declared.allows(int(hosts.zone[source]), int(hosts.zone[h]), service)
        ]

    def _clock(self, hour: float) -> float:
        return hour * HOUR + self._late + float(self._rng.uniform(0, 120))

    def _tell(self, technique: str, flows: Flows | Sequence[Flows], sentence: Sentence) -> None:
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
