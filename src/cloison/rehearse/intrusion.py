"""An emulated intruder: the traces of a day's work between a mail opened and data taken out, as text.

The steps are those of published hospital cases (entry by mail, domain controller within the day, backups looked
for, data out before anything is encrypted); it carries no exploit and opens no connection. It goes only where
the map's conduits let it, and is heard knocking where they do not.
"""

from datetime import datetime

import numpy as np

from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.identity import DOMAIN, MEMBERS, REALM, log_tickets, user_of
from cloison.rehearse.families.office import log_attachments
from cloison.rehearse.habit import Day
from cloison.rehearse.population import neighbourhood
from cloison.rehearse.rhythm import DAY, HOUR, chance, sizes
from cloison.rehearse.route import DATA, choose
from cloison.rehearse.traces import APPS, Traces
from cloison.rehearse.truth import Act
from cloison.words import say, say_many

STOLEN_BYTES = 20e9
NOON = 12.2 * HOUR
"""The sweep stops there: on a large map it is not over, as a real one would not be."""

_SAMR = ("SamrConnect5", "SamrEnumerateDomainsInSamServer", "SamrOpenDomain", "SamrEnumerateUsersInDomain")
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


class _Intruder(Traces):
    """The steps, each leaving its traces."""

    def enter(self) -> None:
        """A mail with a booby-trapped attachment, opened twelve minutes later, and the calls home that follow."""
        day, rng, route = self.day, self.rng, self.route
        opened = self.clock(9.67)
        peers, relays, servers = (day.hosts.having(role) for role in ("mail-peer", "mail-relay", "mail-server"))
        if (
            len(relays)
            and len(servers)
            and day.declared.allows(int(day.hosts.zone[relays[0]]), int(day.hosts.zone[servers[0]]), "tcp/25")
        ):
            at = np.array([opened - 720.0, opened - 716.0])
            hops = np.array([peers[7 % len(peers)], relays[0], servers[0]])
            mail = self.open(at, hops[:2], hops[1:], 25, "smtp", seconds=2.0, up=412_000, down=480)
            parcel = {
                "filename": np.full(2, "Avis_de_passage_colis.zip"),
                "mime_type": np.full(2, "application/zip"),
                "seen_bytes": np.full(2, 297_114),
            }
            log_attachments(day, rng, mail, parcel)
            self.tell(
                "T1566.001", mail, say("a mail with a trapped attachment arrives for {host}", host=self.entry_name)
            )
        fetched = self.call_home(route.entry, np.array([opened, opened + 4.0]), up=900, down=740_000)
        self.tell(
            "T1204.002",
            fetched,
            say("the attachment is opened on {host}, which fetches a program", host=self.entry_name),
        )
        last = min(float(day.off[route.entry]), DAY - 600)
        calls = self.call_home(route.entry, self.beats(opened + 180, last), up=980, down=420)
        self.tell(
            "T1071.001", calls, say("{host} calls an outside machine every five minutes or so", host=self.entry_name)
        )

    def explore(self) -> None:
        """Who and what is there: the directory, then shares, then a sweep of the networks it can name."""
        day, rng, entry = self.day, self.rng, self.route.entry
        controllers = self.within_reach(entry, "domain-controller", "tcp/389")
        if controllers:
            at = self.clock(10.2) + np.cumsum(rng.exponential(25, 45))
            asked = self.open(
                at, entry, np.full(45, controllers[0]), 389, "ldap_tcp", seconds=2.0, up=3800, down=240_000
            )
            named = self.open(
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
            self.tell(
                "T1087.002",
                [asked, named],
                say("{host} asks the directory for accounts, groups and machines", host=self.entry_name),
            )
        shares = self.within_reach(entry, "file-server", "tcp/445")
        if shares:
            listed = self.open(
                self.clock(10.6) + np.arange(len(shares)) * 31.0,
                entry,
                np.array(shares),
                445,
                "gssapi,smb,dce_rpc",
                seconds=4.0,
                up=5000,
                down=22_000,
            )
            pipe = {"rtt": 0.002, "named_pipe": "\\PIPE\\srvsvc", "endpoint": "srvsvc", "operation": "NetrShareEnum"}
            day.tape.log("dce_rpc", listed, pipe, after=0.5)
            self.tell("T1135", listed, say("{host} lists the shares of the file servers", host=self.entry_name))
        self._sweep()

    def steal_credentials(self) -> None:
        """One password tried on many accounts, then tickets asked for many services, to be cracked at leisure."""
        rng, entry = self.rng, self.route.entry
        controllers = self.within_reach(entry, "domain-controller", "tcp/88")
        if not controllers:
            return
        accounts = 60
        at = self.clock(12.4) + np.cumsum(rng.exponential(9, accounts))
        tried = self.open(at, entry, np.full(accounts, controllers[0]), 88, "krb_tcp", seconds=0.01, up=420, down=260)
        names = user_of(self.day, rng.choice(self.day.hosts.having("workstation"), accounts))
        requests = {
            "request_type": np.full(accounts, "AS"),
            "client": np.char.add(names, f"/{REALM}"),
            "service": np.full(accounts, f"krbtgt/{REALM}"),
        }
        log_tickets(self.day, tried, requests, wrong=chance(rng, 0.97, accounts))
        self.tell(
            "T1110.003",
            tried,
            say_many(
                "{host} tries one password on {n} account",
                "{host} tries one password on {n} accounts",
                accounts,
                host=self.entry_name,
            ),
        )
        services = 28
        at = self.clock(12.8) + np.cumsum(rng.exponential(1.5, services))
        asked = self.open(at, entry, np.full(services, controllers[0]), 88, "krb_tcp", seconds=0.01, up=1500, down=1600)
        requests = {
            "request_type": np.full(services, "TGS"),
            "client": np.full(services, f"{user_of(self.day, np.array([entry]))[0]}/{REALM}"),
            "service": np.array([f"MSSQLSvc/serveur-{number}.{DOMAIN}" for number in range(services)]),
        }
        log_tickets(self.day, asked, requests, wrong=np.zeros(services, dtype=np.bool_), cipher="rc4-hmac")
        self.tell(
            "T1558.003",
            asked,
            say_many(
                "{host} asks for the ticket of {n} service, in an old cipher",
                "{host} asks for the tickets of {n} services, in an old cipher",
                services,
                host=self.entry_name,
            ),
        )

    def spread_to_servers(self) -> None:
        """From the desk to the servers by their administrative shares; the first then calls home by itself."""
        route = self.route
        servers = np.array(route.pivots)
        at = self.clock(13.3) + np.cumsum(self.rng.exponential(240, len(servers)))
        flows = self.take(at, route.entry, servers, "tcp/445")
        self.tell(
            "T1021.002",
            flows,
            say_many(
                "{host} starts a program on {n} server through its administrative share",
                "{host} starts a program on {n} servers through their administrative shares",
                len(servers),
                host=self.entry_name,
            ),
        )
        pivot = route.pivots[0]
        outside = int(self.day.hosts.zone[route.command])
        if self.day.declared.allows(int(self.day.hosts.zone[pivot]), outside, "tcp/443"):
            calls = self.call_home(pivot, self.beats(self.clock(13.8), self.clock(22.4)), up=1040, down=460)
            self.tell(
                "T1071.001", calls, say("{host} calls the outside machine too", host=str(self.day.hosts.name[pivot]))
            )

    def take_the_domain(self, controller: int) -> None:
        """From a server, or the desk, to the domain controller, whose secrets are copied."""
        day, route = self.day, self.route
        source = route.pivots[0] if route.pivots else route.entry
        service = next(
            s for s in APPS if day.declared.allows(int(day.hosts.zone[source]), int(day.hosts.zone[controller]), s)
        )
        named = str(day.hosts.name[source])
        flows = self.take(np.array([self.clock(14.5), self.clock(14.9)]), source, np.full(2, controller), service)
        self.tell(_TECHNIQUES[service], flows, say("{host} takes over the domain controller", host=named))
        if service == "tcp/445":
            copied = self.open(
                np.array([self.clock(15.1)]),
                source,
                np.array([controller]),
                445,
                "gssapi,smb,ntlm",
                seconds=40.0,
                up=60_000,
                down=190_000_000,
            )
            share = np.char.add(np.char.add("\\\\", copied.dst), "\\C$")
            day.tape.log("smb_mapping", copied, {"path": share, "share_type": "DISK"}, after=0.1)
            columns = {
                "action": "SMB::FILE_OPEN",
                "path": share,
                "name": "Windows\\Temp\\ntds.dit",
                "size": 188_743_680,
            }
            day.tape.log("smb_files", copied, columns, after=0.4)
            self.tell("T1003.003", copied, say("{host} copies the domain's secrets", host=named))

    def go_beyond(self, controller: int) -> None:
        """From the controller to every zone that lets it in, one after the other; backups are looked for last."""
        zones = self.day.hosts.zone
        visited = list(dict.fromkeys(int(zones[host]) for host, _ in self.route.beyond))
        at = self.clock(15.4)
        for zone in visited:
            for service in APPS:
                hosts = np.array([h for h, s in self.route.beyond if zones[h] == zone and s == service], dtype=np.intp)
                if not len(hosts):
                    continue
                moments = at + np.cumsum(self.rng.exponential(420, len(hosts)))
                flows = self.take(moments, controller, hosts, service)
                name = self.day.hospital.zones[zone].name
                backups = self.day.hospital.zones[zone].kind is ZoneKind.BACKUP
                self.tell(
                    _TECHNIQUES[service],
                    flows,
                    say("the controller opens sessions on the backups ({zone})", zone=name)
                    if backups
                    else say("the controller opens sessions on the servers of {zone}", zone=name),
                )
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
        at = self.clock(18.9) + np.arange(len(read)) * 700.0
        pulled = self.open(
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
            parts.append(
                self.open(
                    at[-1:] + 800,
                    controller,
                    np.array([self.route.exit_]),
                    445,
                    "gssapi,smb,ntlm",
                    seconds=700.0,
                    up=STOLEN_BYTES / 2,
                    down=3_000_000,
                )
            )
        self.tell(
            "T1039",
            parts,
            say_many(
                "the controller gathers files from {n} server",
                "the controller gathers files from {n} servers",
                len(read),
            ),
        )

    def take_out(self) -> None:
        """About twenty gigabytes leave in the evening, by a passage that is open for another use."""
        leaving = self.route.exit_
        hour = 14.2 if leaving == self.route.entry else 20.2  # a desk is off in the evening
        at = self.clock(hour) + np.cumsum(self.rng.exponential(140, 36))
        up = sizes(self.rng, STOLEN_BYTES / 36, 0.3, 36)
        flows = self.call_home(leaving, at, up=up, down=up / 1200, to=self.route.sink)
        self.tell(
            "T1048.002",
            flows,
            say(
                "{host} sends about {n} gigabytes outside",
                host=str(self.day.hosts.name[leaving]),
                n=round(float(flows.up.sum()) / 1e9),
            ),
        )

    def _sweep(self) -> None:
        day, rng, entry = self.day, self.rng, self.route.entry
        here = int(day.hosts.zone[entry])
        answers = day.hosts.having(*MEMBERS)
        at, found = self.clock(10.9), []
        for index, zone in enumerate(day.hospital.zones):
            spots = neighbourhood(zone)
            if not len(spots) or zone.kind in (ZoneKind.SUPPLIER, ZoneKind.OT) or at > NOON:
                continue
            alive = np.isin(spots, day.hosts.address[day.hosts.zone == index])
            serves = np.isin(spots, day.hosts.address[answers])
            for service in ("tcp/445", "tcp/3389"):
                passes = day.declared.allows(here, index, service)
                refused = alive & passes & (~serves | chance(rng, 0.1 if service == "tcp/445" else 0.6, len(spots)))
                silent = ~alive | (not passes)
                when = at + np.cumsum(rng.exponential(0.9, len(spots)))
                found.append(
                    self.open(
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
        if not found:
            return
        self.tell(
            "T1046",
            found,
            say_many(
                "{host} knocks at {n} address",
                "{host} knocks at {n} addresses",
                len(np.unique(np.concatenate([flows.dst for flows in found]))),
                host=self.entry_name,
            ),
        )
