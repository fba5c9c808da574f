"""Office life: the web, files, mail, printing."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from cloison.model.hospital import ZoneKind
from cloison.rehearse.families.identity import user_of
from cloison.rehearse.habit import Day, Habit
from cloison.rehearse.population import neighbourhood
from cloison.rehearse.rhythm import CARE, OFFICE, chance
from cloison.rehearse.tape import Counts, Flows, Picks, Texts

PCS = ("workstation",)

BROWSING = (
    Habit(who=PCS, whom=("web",), service="tcp/443", app="ssl", per_day=70, rhythm=OFFICE, seconds=20, up=3500,
          down=60_000, sigma=1.4, kind=ZoneKind.OFFICE),
    Habit(who=PCS, whom=("web",), service="tcp/443", app="ssl", per_day=25, rhythm=CARE, seconds=20, up=3000,
          down=50_000, sigma=1.4, kind=ZoneKind.CARE),
    Habit(who=PCS, whom=("saas",), service="tcp/443", app="ssl", per_day=12, rhythm=OFFICE, seconds=200, up=40_000,
          down=200_000, sigma=1.8, kind=ZoneKind.OFFICE),
)  # fmt: skip
PLAIN_WEB = Habit(who=PCS, whom=("web",), service="tcp/80", app="http", per_day=5, rhythm=OFFICE, seconds=0.4, up=350,
                  down=4000, sigma=1.2)  # fmt: skip
CHAT = Habit(who=PCS, whom=("chat-cloud",), service="tcp/443", app="ssl", every=420, jitter=0.03, seconds=0.6, up=900,
             down=700, sigma=0.05, kind=ZoneKind.OFFICE)  # fmt: skip
INTRANET = Habit(who=PCS, whom=("web-server",), service="tcp/443", app="ssl", per_day=45, rhythm=CARE, seconds=15,
                 up=5000, down=70_000, sigma=1.2, listed=True)  # fmt: skip
MAIL = Habit(who=PCS, whom=("mail-server",), service="tcp/443", app="ssl", per_day=14, rhythm=CARE, seconds=300,
             up=15_000, down=80_000, sigma=1.3)  # fmt: skip
FILES = Habit(who=PCS, whom=("file-server",), service="tcp/445", app="gssapi,smb,krb", per_day=16, rhythm=CARE,
              seconds=240, up=40_000, down=260_000, sigma=1.6, silent=0.01)  # fmt: skip
PRINTING = (
    Habit(who=PCS, whom=("print-server",), service="tcp/445", app="gssapi,smb,krb", per_day=7, rhythm=CARE,
          seconds=3, up=180_000, down=4000, sigma=1.0),
    Habit(who=("print-server",), whom=("printer",), service="tcp/9100", per_day=1200, rhythm=CARE,
          seconds=6, up=180_000, down=300, sigma=1.0, refused=0.02, silent=0.03),
)  # fmt: skip
POST = (
    Habit(who=("mail-peer",), whom=("mail-relay",), service="tcp/25", app="smtp", per_day=25, rhythm=OFFICE,
          seconds=3, up=60_000, down=600, sigma=1.5),
    Habit(who=("mail-relay",), whom=("mail-server",), service="tcp/25", app="smtp", per_day=500, rhythm=OFFICE,
          seconds=2, up=60_000, down=500, sigma=1.5),
    Habit(who=("mail-server",), whom=("mail-relay",), service="tcp/25", app="smtp", per_day=600, rhythm=OFFICE,
          seconds=2, up=50_000, down=500, sigma=1.5),
    Habit(who=("mail-relay",), whom=("mail-peer",), service="tcp/25", app="smtp", per_day=280, rhythm=OFFICE,
          seconds=4, up=50_000, down=600, sigma=1.5, silent=0.05),
)  # fmt: skip
PORTAL = Habit(who=("patient",), whom=("web-server",), service="tcp/443", app="ssl", per_day=9, rhythm=CARE,
               seconds=8, up=4000, down=90_000, sigma=1.0, listed=True)  # fmt: skip

_FOLDERS = np.array(["Secretariat", "Plannings", "Comptes-rendus", "Qualite", "Budget", "Stages", "Procedures"])
_ENDINGS = np.array([".docx", ".xlsx", ".pdf", ".pptx"])
_ATTACHED = (
    (".pdf", "application/pdf"),
    (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (".zip", "application/zip"),
    (".png", "image/png"),
)
_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def live(day: Day) -> None:
    """Add what people at desks do."""
    rng = day.rng("office")
    for habit in (*BROWSING, CHAT, INTRANET, MAIL, PORTAL):
        day.detail(rng, habit, lambda _, whom, flows: log_tls(day, whom, flows))
    day.detail(rng, PLAIN_WEB, lambda _, whom, flows: _web(day, rng, whom, flows))
    day.detail(rng, FILES, lambda who, whom, flows: _files(day, rng, who, whom, flows))
    day.detail(rng, PRINTING[0], lambda _, whom, flows: _queues(day, whom, flows))
    day.follow(rng, PRINTING[1])
    for habit in POST:
        day.detail(rng, habit, lambda _who, _whom, flows: _attachments(day, rng, flows))
    _lost_shares(day, day.rng("lost-shares"))


def log_tls(day: Day, whom: Picks, flows: Flows) -> None:
    """Write ssl.log lines, TLS 1.3 as a sensor sees it: no certificate."""
    day.tape.log(
        "ssl",
        flows,
        {
            "version": "TLSv13",
            "cipher": "TLS_AES_256_GCM_SHA384",
            "curve": "x25519",
            "server_name": day.hosts.name[whom],
            "resumed": False,
            "next_protocol": "h2",
            "established": True,
        },
        after=0.02,
    )


def _web(day: Day, rng: Generator, whom: Picks, flows: Flows) -> None:
    day.tape.log(
        "http",
        flows,
        {
            "trans_depth": 1,
            "method": "GET",
            "host": day.hosts.name[whom],
            "uri": np.char.add("/page-", rng.integers(1, 400, len(flows)).astype("U4")),
            "version": "1.1",
            "user_agent": _AGENT,
            "request_body_len": 0,
            "response_body_len": flows.down,
            "status_code": np.where(chance(rng, 0.03, len(flows)), 404, 200),
            "resp_mime_types": "text/html",
        },
    )


def _files(day: Day, rng: Generator, who: Picks, whom: Picks, flows: Flows) -> None:
    n = len(flows)
    share = np.char.add(
        np.char.add("\\\\", day.hosts.name[whom]), np.where(chance(rng, 0.3, n), "\\Perso", "\\Services")
    )
    day.tape.log("smb_mapping", flows, {"path": share, "share_type": "DISK"})
    for gesture in range(3):
        name = np.char.add(
            np.char.add(
                np.char.add(_FOLDERS[rng.integers(0, len(_FOLDERS), n)], "\\document-"),
                rng.integers(1, 5000, n).astype("U5"),
            ),
            _ENDINGS[rng.integers(0, len(_ENDINGS), n)],
        )
        action = np.where(chance(rng, 0.12, n), "SMB::FILE_WRITE", "SMB::FILE_OPEN")
        columns = {"action": action, "path": share, "name": name, "size": rng.integers(9000, 4_000_000, n)}
        day.tape.log("smb_files", flows, columns, after=flows.seconds * (0.1 + 0.3 * gesture))
    old = chance(rng, 0.05, n)  # a few programs still speak NTLM
    day.tape.log(
        "ntlm",
        flows.only(old),
        {
            "username": user_of(day, who[old]),
            "hostname": day.hosts.name[who[old]],
            "domainname": "HOPITAL",
            "server_nb_computer_name": day.hosts.name[whom[old]],
            "success": chance(rng, 0.97, int(old.sum())),
        },
        after=0.01,
    )


def log_attachments(day: Day, rng: Generator, mails: Flows, files: Mapping[str, Texts | Counts]) -> None:
    """Write files.log lines of what mails carry in clear; `files` holds filename, mime_type and seen_bytes."""
    columns = {
        "fuid": day.tape.name_files(rng, len(mails)),
        "source": "SMTP",
        "depth": 3,
        "analyzers": "(empty)",
        "duration": 0.4,
        "is_orig": True,
        "missing_bytes": 0,
        "overflow_bytes": 0,
        "timedout": False,
        **files,
    }
    day.tape.log("files", mails, columns, after=0.5)


def _attachments(day: Day, rng: Generator, flows: Flows) -> None:
    mails = flows.only(chance(rng, 0.2, len(flows)))
    pick = rng.integers(0, len(_ATTACHED), len(mails))
    stems = np.char.add("piece-jointe-", rng.integers(1, 9000, len(mails)).astype("U4"))
    name = np.char.add(stems, np.array([ending for ending, _ in _ATTACHED])[pick])
    mime = np.array([mime for _, mime in _ATTACHED])[pick]
    log_attachments(day, rng, mails, {"filename": name, "mime_type": mime, "seen_bytes": mails.up * 7 // 10})


def _queues(day: Day, whom: Picks, flows: Flows) -> None:
    path = np.char.add(np.char.add("\\\\", day.hosts.name[whom]), "\\IPC$")
    day.tape.log("smb_mapping", flows, {"path": path, "share_type": "PIPE"})
    columns = {"rtt": 0.001, "named_pipe": "\\PIPE\\spoolss", "endpoint": "spoolss", "operation": "RpcStartDocPrinter"}
    day.tape.log("dce_rpc", flows, columns, after=0.02)


def _lost_shares(day: Day, rng: Generator) -> None:
    """A server retired last year that many desks still look for when they start: refused by nobody, heard by nobody."""
    hosts = day.hosts
    for who, whom in day.declared.partners(hosts, hosts.having(*PCS), hosts.having("file-server"), "tcp/445"):
        keep = who[(who % 5 == 0) & (day.off[who] > 0)]
        near = neighbourhood(day.hospital.zones[int(hosts.zone[whom[0]])])
        gone = near[~np.isin(near, hosts.address)]
        if not len(gone):
            continue
        at = np.concatenate([np.maximum(day.on[keep], 100.0) + wait for wait in (40.0, 61.0, 103.0, 3700.0)])
        src = np.tile(hosts.address[keep], 4)
        at += rng.random(len(at)) * 20
        day.tape.connect(
            rng, at=at, src=src, dst=np.full(len(at), gone[-1]), port=445, silent=np.ones(len(at), dtype=bool)
        )
