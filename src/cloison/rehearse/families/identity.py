"""Names, time, addresses and logons: what every machine asks of the identity zone."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.random import Generator

from cloison.rehearse.habit import Day, Habit
from cloison.rehearse.rhythm import CARE, DAY, MORNING, chance, sizes
from cloison.rehearse.tape import Flows, Mask, Picks, Texts, said

DOMAIN = "hopital.example"
REALM = DOMAIN.upper()

MEMBERS = (
    "workstation", "file-server", "mail-server", "web-server", "print-server", "update-server", "database-client",
    "database-server", "hl7-engine", "pacs", "worklist", "backup-server", "jump-host", "deployment-server",
    "admin-workstation",
)  # fmt: skip
"""Roles that are in the domain."""

OTHERS = (
    "modality", "analyser", "building-supervisor", "recorder", "phone", "mail-relay", "monitoring-server",
    "hypervisor", "vulnerability-scanner", "log-server", "storage", "dicom-gateway", "call-server",
)  # fmt: skip
"""Roles that are not, and still ask for names and the time."""

SERVES = ("domain-controller",)

NAMES = Habit(
    who=MEMBERS + OTHERS, whom=SERVES, service="udp/53", app="dns", per_day=110, rhythm=CARE,
    seconds=0.004, up=42, down=120, sigma=0.4, refused=0, silent=0.006,
)  # fmt: skip
FORWARDS = Habit(
    who=SERVES, whom=("name-server",), service="udp/53", app="dns", per_day=2500, rhythm=CARE,
    seconds=0.03, up=46, down=180, sigma=0.4, refused=0, silent=0.02,
)  # fmt: skip
TICKETS = Habit(who=MEMBERS, whom=SERVES, service="tcp/88", app="krb_tcp", per_day=14, rhythm=MORNING,
                seconds=0.01, up=1600, down=1700, sigma=0.2, silent=0)  # fmt: skip
DIRECTORY = Habit(who=MEMBERS, whom=SERVES, service="tcp/389", app="ldap_tcp", per_day=9, rhythm=MORNING,
                  seconds=1.5, up=2500, down=9000)  # fmt: skip
POLICIES = Habit(who=MEMBERS, whom=SERVES, service="tcp/445", app="gssapi,smb,krb", every=5700, jitter=0.08,
                 seconds=12, up=6000, down=26_000)  # fmt: skip
CLOCKS = (
    Habit(who=MEMBERS, whom=SERVES, service="udp/123", app="ntp", every=14_400, up=48, down=48, sigma=0, refused=0),
    Habit(who=OTHERS, whom=SERVES, service="udp/123", app="ntp", every=2048, up=48, down=48, sigma=0, refused=0),
    Habit(who=SERVES, whom=("time-server",), service="udp/123", app="ntp", every=1024, up=48, down=48, sigma=0,
          each=True, refused=0),
)  # fmt: skip

_UNKNOWN = np.array([f"wpad.{DOMAIN}", f"ancien-serveur.{DOMAIN}", f"isatap.{DOMAIN}", f"_ldap._tcp.site-2.{DOMAIN}"])
_LEASE_TEXTS = ("uids", "client_addr", "server_addr", "host_name", "requested_addr", "assigned_addr")
_SERVICES = np.array(["krbtgt", "cifs", "ldap", "host", "HTTP"])


def live(day: Day) -> None:
    """Add names, time, leases, tickets, directory reads and group policies."""
    _names(day, day.rng("names"))
    rng = day.rng("identity")
    day.detail(rng, TICKETS, lambda who, whom, flows: _tickets(day, rng, who, whom, flows))
    day.follow(rng, DIRECTORY)
    day.detail(rng, POLICIES, lambda _, whom, flows: _policies(day, whom, flows))
    day.follow_all(rng, CLOCKS)
    _leases(day, day.rng("leases"))


def user_of(day: Day, who: Picks) -> Texts:
    """Name the account that uses each machine; nobody's real name."""
    machine = day.hosts.role[who] != "workstation"
    people = np.array([f"agent{number:04d}" for number in who.tolist()], dtype=np.str_)
    return np.where(machine, np.char.add(day.hosts.name[who], "$"), people)


def _names(day: Day, rng: Generator) -> None:
    hosts = day.hosts
    outer = hosts.having("web", "saas", "update-cloud", "guard-cloud", "chat-cloud", "mail-peer")
    inner = hosts.having(
        "web-server", "file-server", "mail-server", "print-server", "pacs", "domain-controller", "worklist"
    )
    for habit in (NAMES, FORWARDS):
        for _, _, flows in day.follow(rng, habit):
            n = len(flows)
            forwarded = habit is FORWARDS
            popular = (len(outer) * rng.random(n) ** 3).astype(np.intp)  # a few names are asked all day long
            inside = (chance(rng, 0.45, n)) & (not forwarded)
            asked = np.where(inside, inner[rng.integers(0, len(inner), n)] if len(inner) else 0, outer[popular])
            suffix = np.where(inside, f".{DOMAIN}", "")
            unknown = chance(rng, 0.05, n)
            query = np.where(
                unknown, _UNKNOWN[rng.integers(0, len(_UNKNOWN), n)], np.char.add(hosts.name[asked], suffix)
            )
            log_names(day, rng, flows, query, np.where(unknown, "", hosts.address[asked]))


def log_names(day: Day, rng: Generator, flows: Flows, query: Texts, answer: Texts) -> None:
    """Write dns.log lines; an empty answer is a name that does not exist, a silent server gives none."""
    n = len(flows)
    known, heard = answer != "", flows.settled
    columns = {
        "proto": flows.proto,
        "trans_id": rng.integers(1, 65_536, n),
        "rtt": said(heard, flows.seconds),
        "query": query,
        "qclass": 1,
        "qclass_name": "C_INTERNET",
        "qtype": 1,
        "qtype_name": "A",
        "rcode": said(heard, np.where(known, 0, 3)),
        "rcode_name": said(heard, np.where(known, "NOERROR", "NXDOMAIN")),
        "AA": False,
        "TC": False,
        "RD": True,
        "RA": heard,
        "Z": 0,
        "answers": said(heard & known, answer),
        "TTLs": said(heard & known, 300.0),
        "rejected": False,
    }
    day.tape.log("dns", flows, columns, after=0.0)


def _tickets(day: Day, rng: Generator, who: Picks, whom: Picks, flows: Flows) -> None:
    n = len(flows)
    kind = np.where(chance(rng, 0.3, n), "AS", "TGS")
    wrong = (kind == "AS") & chance(rng, 0.03, n)  # mistyped passwords, every morning
    first = kind == "AS"
    services = _SERVICES[np.where(first, 0, rng.integers(1, len(_SERVICES), n))]
    named = np.char.add(
        np.char.add(services, "/"), np.where(first, REALM, np.char.add(day.hosts.name[whom], f".{DOMAIN}"))
    )
    client = np.char.add(user_of(day, who), f"/{REALM}")
    log_tickets(day, flows, {"request_type": kind, "client": client, "service": named}, wrong=wrong)


def log_tickets(
    day: Day, flows: Flows, asked: Mapping[str, Texts], *, wrong: Mask, cipher: str = "aes256-cts-hmac-sha1-96"
) -> None:
    """Write kerberos.log lines; `asked` holds request_type, client and service."""
    outcome = {
        "success": ~wrong,
        "error_msg": said(wrong, "KDC_ERR_PREAUTH_FAILED"),
        "till": flows.at + 36_000,
        "cipher": said(~wrong, cipher),
        "forwardable": True,
        "renewable": True,
    }
    day.tape.log("kerberos", flows, {**asked, **outcome})


def _policies(day: Day, whom: Picks, flows: Flows) -> None:
    share = np.char.add(np.char.add("\\\\", day.hosts.name[whom]), "\\SYSVOL")
    day.tape.log("smb_mapping", flows, {"path": share, "share_type": "DISK"})
    name = f"{DOMAIN}\\Policies\\{{31B2F340-016D-11D2-945F-00C04FB984F9}}\\gpt.ini"
    day.tape.log("smb_files", flows, {"action": "SMB::FILE_OPEN", "path": share, "name": name, "size": 26}, after=0.02)


def _leases(day: Day, rng: Generator) -> None:
    hosts = day.hosts
    clients, servers = hosts.having("workstation", "phone"), hosts.having("dhcp-server")
    for near, whom in day.declared.partners(hosts, clients, servers, "udp/67"):
        who = near[day.off[near] > 0]
        n = len(who)
        flows = day.tape.connect(
            rng,
            at=np.where(day.on[who] > 0, day.on[who], rng.random(n) * DAY),
            src=hosts.address[who],
            dst=np.repeat(hosts.address[whom[:1]], n),
            port=67,
            proto="udp",
            service="dhcp",
            seconds=sizes(rng, 0.1, 0.5, n),
            up=300,
            down=320,
        )
        address = flows.src.astype(object)
        rows = {
            "ts": flows.at,
            "uids": flows.uid.astype(object),
            "client_addr": address,
            "server_addr": flows.dst.astype(object),
            "mac": [f"02:00:00:{i >> 16:02x}:{i >> 8 & 255:02x}:{i & 255:02x}" for i in who.tolist()],
            "host_name": hosts.name[who].astype(object),
            "requested_addr": address,
            "assigned_addr": address,
            "lease_time": np.full(n, 86_400.0),
            "msg_types": ["REQUEST,ACK"] * n,
            "duration": flows.seconds,
        }
        day.tape.lines("dhcp", pl.DataFrame(rows, schema_overrides=dict.fromkeys(_LEASE_TEXTS, pl.String)))
