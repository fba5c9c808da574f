"""What keeps the machines going: watching, updating, copying, administering, looking for holes."""

import numpy as np
from numpy.random import Generator

from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.identity import DOMAIN, user_of
from cloison.rehearse.families.office import log_tls
from cloison.rehearse.habit import Day, Habit
from cloison.rehearse.population import neighbourhood
from cloison.rehearse.rhythm import HOUR, NIGHT, OFFICE, chance, moments, sizes
from cloison.rehearse.tape import Flows, Picks

SERVERS = (
    "domain-controller", "dhcp-server", "file-server", "mail-server", "web-server", "print-server", "update-server",
    "database-client", "database-server", "hl7-engine", "pacs", "worklist", "dicom-gateway", "mail-relay",
    "backup-server", "hypervisor", "log-server",
)  # fmt: skip

WATCHING = (
    Habit(who=("monitoring-server",),
          whom=(*SERVERS, "printer", "building-supervisor", "plc", "call-server", "modality", "storage",
                "recorder", "camera", "monitoring-station", "session-border-controller"),
          service="udp/161", app="snmp", every=300, jitter=0.002, each=True, seconds=0.05, up=420, down=900,
          sigma=0.15, refused=0, silent=0.008),
    Habit(who=SERVERS, whom=("log-server",), service="udp/514", app="syslog", every=420, jitter=0.3, seconds=30,
          up=9000, down=0, sigma=0.6, refused=0, silent=0),
)  # fmt: skip
GUARDS = (
    Habit(who=("workstation",), whom=("guard-cloud",), service="tcp/443", app="ssl", every=900, jitter=0.015,
          seconds=0.8, up=1900, down=800, sigma=0.08),
    Habit(who=("update-server",), whom=("guard-cloud",), service="tcp/443", app="ssl", every=300, jitter=0.01,
          seconds=0.8, up=2400, down=900, sigma=0.08),
    Habit(who=("deployment-server", "monitoring-server"), whom=("saas",), service="tcp/443", app="ssl", every=600,
          jitter=0.02, seconds=1, up=1500, down=2500, sigma=0.1),
    Habit(who=("modality",), whom=("supplier-collector",), service="tcp/443", app="ssl", every=3600, jitter=0.005,
          seconds=2, up=18_000, down=1500, sigma=0.1),
)  # fmt: skip
"""The antivirus's console, the tools' own clouds, the manufacturer's collector: as regular as any implant."""
UPDATES = (
    Habit(who=("update-server",), whom=("update-cloud",), service="tcp/443", app="ssl", per_day=60, rhythm=NIGHT,
          seconds=30, up=30_000, down=90_000_000, sigma=1.0),
)  # fmt: skip
FETCHES = Habit(who=("workstation", *SERVERS), whom=("update-server",), service="tcp/8530", app="http", per_day=5,
                seconds=4, up=2500, down=900_000, sigma=1.6)  # fmt: skip
SHELLS = (
    ("tcp/3389", 3389, "rdp"),
    ("tcp/22", 22, "ssh"),
    ("tcp/5985", 5985, "http"),
    ("tcp/445", 445, "gssapi,smb,krb"),
)
SCANNED = ("tcp/22", "tcp/135", "tcp/443", "tcp/445", "tcp/3389", "tcp/5985")


def live(day: Day) -> None:
    """Add upkeep."""
    rng = day.rng("upkeep")
    day.follow_all(rng, WATCHING)
    for habit in (*GUARDS, *UPDATES):
        day.detail(rng, habit, lambda _, whom, flows: log_tls(day, whom, flows))
    day.detail(rng, FETCHES, lambda _, whom, flows: _fetches(day, rng, whom, flows))
    _copies(day, day.rng("copies"))
    _administer(day, day.rng("administration"))
    _deploy(day, day.rng("deployment"))
    _look_for_holes(day, day.rng("holes"))
    _supplier(day, day.rng("supplier"))


def log_desktop(day: Day, who: Picks, flows: Flows) -> None:
    """Write rdp.log lines."""
    cookie = user_of(day, who)
    columns = {
        "cookie": cookie,
        "result": "encrypted",
        "security_protocol": "HYBRID_EX",
        "client_name": day.hosts.name[who],
    }
    day.tape.log("rdp", flows, columns, after=0.05)


def log_shell(day: Day, flows: Flows) -> None:
    """Write ssh.log lines."""
    columns = {
        "version": 2,
        "auth_success": True,
        "auth_attempts": 1,
        "client": "SSH-2.0-OpenSSH_9.2",
        "server": "SSH-2.0-OpenSSH_8.4",
    }
    day.tape.log("ssh", flows, columns, after=0.6)


def log_winrm(day: Day, whom: Picks, flows: Flows) -> None:
    """Write http.log lines of Windows remote management."""
    columns = {
        "trans_depth": 1,
        "method": "POST",
        "host": np.char.add(day.hosts.name[whom], f".{DOMAIN}"),
        "uri": "/wsman?PSVersion=5.1",
        "version": "1.1",
        "user_agent": "Microsoft WinRM Client",
        "request_body_len": 4200,
        "response_body_len": 2800,
        "status_code": 200,
    }
    day.tape.log("http", flows, columns, after=0.05)


def log_remote_service(day: Day, whom: Picks, flows: Flows, name: str) -> None:
    """Write the lines of a program put on an administrative share and started as a service."""
    server = np.char.add("\\\\", day.hosts.name[whom])
    admin = np.char.add(server, "\\ADMIN$")
    day.tape.log("smb_mapping", flows, {"path": admin, "share_type": "DISK"}, after=0.1)
    day.tape.log("smb_mapping", flows, {"path": np.char.add(server, "\\IPC$"), "share_type": "PIPE"}, after=0.6)
    day.tape.log(
        "smb_files", flows, {"action": "SMB::FILE_WRITE", "path": admin, "name": name, "size": 381_816}, after=0.3
    )
    for wait, operation in ((0.7, "OpenSCManagerW"), (0.8, "CreateServiceW"), (0.9, "StartServiceW")):
        columns = {"rtt": 0.002, "named_pipe": "\\pipe\\ntsvcs", "endpoint": "svcctl", "operation": operation}
        day.tape.log("dce_rpc", flows, columns, after=wait)


def _fetches(day: Day, rng: Generator, whom: Picks, flows: Flows) -> None:
    columns = {
        "trans_depth": 1,
        "method": "GET",
        "host": day.hosts.name[whom],
        "uri": np.char.add("/Content/", rng.integers(10, 99, len(flows)).astype("U2")),
        "version": "1.1",
        "user_agent": "Windows-Update-Agent/10.0",
        "request_body_len": 0,
        "response_body_len": flows.down,
        "status_code": 200,
        "resp_mime_types": "application/octet-stream",
    }
    day.tape.log("http", flows, columns)


def _copies(day: Day, rng: Generator) -> None:
    """Each server is copied at night, and what is new leaves for the distant depot: tens of gigabytes."""
    hosts = day.hosts
    keepers = hosts.having("backup-server")
    for who, whom in day.declared.partners(hosts, keepers, hosts.having(*SERVERS), "tcp/10006"):
        others = np.setdiff1d(whom, who)
        target = np.repeat(others, rng.integers(1, 5, len(others)))
        at = moments(rng, NIGHT, len(target))
        down = sizes(rng, 6e9, 1.0, len(target))
        day.tape.connect(
            rng,
            at=at,
            src=np.full(len(at), hosts.address[who[0]]),
            dst=hosts.address[target],
            port=10_006,
            seconds=down / 90e6,
            up=down / 400,
            down=down,
        )
    for who, whom in day.declared.partners(hosts, keepers, hosts.having("offsite-copy"), "tcp/443"):
        at = 3.2 * HOUR + np.sort(rng.random(24)) * 1.8 * HOUR
        up = sizes(rng, 1.9e9, 0.3, len(at))
        target = whom[np.arange(len(at)) % len(whom)]
        flows = day.tape.connect(
            rng,
            at=at,
            src=np.full(len(at), hosts.address[who[0]]),
            dst=hosts.address[target],
            port=443,
            service="ssl",
            seconds=up / 15e6,
            up=up,
            down=up / 900,
        )
        log_tls(day, target, flows)


def _administer(day: Day, rng: Generator) -> None:
    """Administrators go to many servers in a day, from their desks and through the jump host."""
    hosts = day.hosts
    staff = hosts.having("admin-workstation", "jump-host")
    for service, port, app in SHELLS:
        for who, whom in day.declared.partners(hosts, staff, hosts.having(*SERVERS), service):
            if app.startswith("gssapi"):
                continue  # files are put by the deployment server
            source = np.repeat(who, rng.poisson(20, len(who)))
            target = whom[rng.integers(0, len(whom), len(source))]
            at = moments(rng, OFFICE, len(source))
            flows = day.tape.connect(
                rng,
                at=at,
                src=hosts.address[source],
                dst=hosts.address[target],
                port=port,
                service=app,
                seconds=sizes(rng, 500, 1.1, len(source)),
                up=sizes(rng, 200_000, 1, len(source)),
                down=sizes(rng, 1_500_000, 1, len(source)),
                refused=0.04,
                silent=0.02,
            )
            well = flows.settled
            if app == "rdp":
                log_desktop(day, source[well], flows.only(well))
            elif app == "ssh":
                log_shell(day, flows.only(well))
            else:
                log_winrm(day, target[well], flows.only(well))
    on_call = hosts.having("workstation", kind=ZoneKind.OFFICE)
    for who, whom in day.declared.partners(hosts, on_call, hosts.having("jump-host"), "tcp/3389"):
        present = who[day.off[who] > 0]
        source = rng.choice(present, min(3, len(present)), replace=False)
        n = len(source)
        at = day.on[source] + rng.random(n) * 6 * HOUR
        flows = day.tape.connect(
            rng,
            at=at,
            src=hosts.address[source],
            dst=np.full(n, hosts.address[whom[0]]),
            port=3389,
            service="rdp",
            seconds=sizes(rng, 1500, 0.5, n),
            up=400_000,
            down=9_000_000,
        )
        log_desktop(day, source[flows.settled], flows.only(flows.settled))


def _deploy(day: Day, rng: Generator) -> None:
    """At 12:30 the deployment server puts a fix on a wave of machines: remote services by the dozen, all legitimate."""
    hosts = day.hosts
    wave = hosts.having("file-server", "web-server", "print-server", "database-client", "workstation")
    for who, whom in day.declared.partners(hosts, hosts.having("deployment-server"), wave, "tcp/445"):
        targets = np.concatenate(
            [whom[hosts.role[whom] != "workstation"], rng.choice(whom, min(25, len(whom)), replace=False)]
        )
        targets = np.unique(targets)
        at = 12.5 * HOUR + np.cumsum(rng.exponential(40, len(targets)))
        asleep = ~day.awake(targets, at)
        flows = day.tape.connect(
            rng,
            at=at,
            src=np.full(len(at), hosts.address[who[0]]),
            dst=hosts.address[targets],
            port=445,
            service="gssapi,smb,krb,dce_rpc",
            seconds=sizes(rng, 25, 0.4, len(at)),
            up=900_000,
            down=30_000,
            silent=asleep,
        )
        well = flows.settled
        log_remote_service(day, targets[well], flows.only(well), "correctif-mensuel.exe")


def _look_for_holes(day: Day, rng: Generator) -> None:
    """Between one and four, the vulnerability scanner knocks at addresses of every zone that the map opens to it."""
    hosts = day.hosts
    scanners = hosts.having("vulnerability-scanner")
    for scanner in scanners.tolist():
        for index, zone in enumerate(day.hospital.zones):
            services = [s for s in SCANNED if day.declared.allows(int(hosts.zone[scanner]), index, s)]
            spots = neighbourhood(zone)
            size = len(spots)
            if not size or not services:
                continue
            alive = np.isin(spots, hosts.address[hosts.zone == index])
            for service in services:
                at = (1 + 2.9 * rng.random(size)) * HOUR
                deaf = ~alive | (chance(rng, 0.3, size))
                shut = alive & (chance(rng, 0.5, size))
                day.tape.connect(
                    rng,
                    at=at,
                    src=np.full(size, hosts.address[scanner]),
                    dst=spots,
                    port=int(service[4:]),
                    seconds=sizes(rng, 0.4, 0.5, size),
                    up=300,
                    down=500,
                    silent=deaf & ~shut,
                    refused=shut,
                )


def _supplier(day: Day, rng: Generator) -> None:
    """A manufacturer's engineer works on a machine for an hour in the morning, through the declared box."""
    hosts = day.hosts
    reached = hosts.having("modality", "hl7-engine", "building-supervisor", "database-server", "workstation")
    for who, whom in day.declared.partners(hosts, hosts.having("supplier-access"), reached, "tcp/3389"):
        for engineer in who.tolist()[:1]:
            target = np.full(6, whom[rng.integers(0, len(whom))])
            at = 10.25 * HOUR + np.sort(rng.random(6)) * 0.8 * HOUR
            flows = day.tape.connect(
                rng,
                at=at,
                src=np.full(6, hosts.address[engineer]),
                dst=hosts.address[target],
                port=3389,
                service="rdp",
                seconds=sizes(rng, 600, 0.5, 6),
                up=500_000,
                down=12_000_000,
            )
            log_desktop(day, np.full(int(flows.settled.sum()), engineer), flows.only(flows.settled))
