"""Web applications over TLS: patient record and prescription, images, intranet; and the world's sites (RFC 9110)."""

import json
import secrets
import sqlite3
import ssl
import threading
import time
from collections.abc import Mapping
from http.client import HTTPException
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.parts.pacs import REST
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import Host

PATIENTS = 400
"""Files in the record: their numbers are 1 to this."""

_IDLE = 30.0
"""Seconds that a connection stays open without a request."""

_LARGEST = 4_000_000
_FRESH, _ARCHIVE_ANSWERS = 3.0, 10.0
"""Seconds that an image is shown before the archive is asked for a later one, and given to the archive."""

_LOOKED_AT = 40
"""Changes of the archive among which the last image is looked for."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS patient (id INTEGER PRIMARY KEY, name TEXT, unit TEXT);
CREATE TABLE IF NOT EXISTS prescription
    (id INTEGER PRIMARY KEY, patient INTEGER, drug TEXT, author TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
"""
_WORDS = ("EXERCICE", "dossier", "observation", "constantes", "traitement", "allergie", "transmission", "examen")


class Web(ServedPart):
    """One web server for the zone, on the addresses of the hosts that have an application."""

    name = "web"
    roles = frozenset({"web-server", "building-supervisor", "supplier-collector", "update-server", "monitoring-server"})
    tcp = (443,)

    @classmethod
    def stands_on(cls, host: Host) -> bool:
        """Tell whether a host has an application: outside, every machine is a web server."""
        return host.role in cls.roles or (host.kind == "internet" and host.role not in {"patient", "attacker"})

    def start(self, place: Place) -> None:
        """See `Part`."""
        from cloison.rehearse.range.certificates import certify  # noqa: PLC0415 - only who makes them

        for host in self._named():
            certify(self.setting, host.id)
        super().start(place)

    def _named(self) -> tuple[Host, ...]:
        """Hosts with a certificate of their own: the world's thousand sites share one."""
        return self.hosts[:1] if self.hosts[0].kind == "internet" else self.hosts

    def serve(self) -> None:
        """See `ServedPart`."""
        record = Record(str(self.folder / "record.sqlite"))
        archive = next(iter(self.setting.having("pacs", zone=self.zone)), None)
        pictures = Pictures(f"http://{archive.address}:{self.setting.port(REST)}") if archive else None
        passwords = {account.name: account.password for account in self.setting.accounts}
        outside = self.hosts[0].kind == "internet"
        for host in self._named():
            app = _Server(("" if outside else host.address, self.setting.port(443)), record, passwords, outside=outside)
            app.pictures = pictures
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.setting.certificate(host))
            # The handshake waits for the thread of its connection: one slow peer stops nobody.
            app.socket = context.wrap_socket(app.socket, server_side=True, do_handshake_on_connect=False)
            threading.Thread(target=app.serve_forever, daemon=True).start()
        if outside:
            plain = _Server(("", self.setting.port(80)), record, passwords, outside=True)
            threading.Thread(target=plain.serve_forever, daemon=True).start()
        threading.Event().wait()


class Record:
    """The patient record's database, with invented patients."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.executescript(_SCHEMA)
        rows = ((n, f"EXERCICE-{n:04d}", f"unite-{n % 9 + 1}") for n in range(1, PATIENTS + 1))
        self._base.executemany("INSERT OR IGNORE INTO patient VALUES (?, ?, ?)", rows)

    def page(self, number: int) -> str | None:
        """Give a patient's page, None when there is none."""
        with self._lock:
            patient = self._base.execute("SELECT name, unit FROM patient WHERE id = ?", (number,)).fetchone()
            drugs = self._base.execute(
                "SELECT drug, at FROM prescription WHERE patient = ? ORDER BY id DESC LIMIT 20", (number,)
            ).fetchall()
        if patient is None:
            return None
        lines = "".join(f"<li>{drug}, {at}</li>" for drug, at in drugs)
        notes = " ".join(_WORDS[(number * step) % len(_WORDS)] for step in range(1, 600 + number))
        name, unit = patient
        return f"<!doctype html><title>{name}</title><h1>{name}, {unit}</h1><ul>{lines}</ul><p>{notes}</p>"

    def prescribe(self, number: int, drug: str, author: str) -> int:
        """Write a prescription and give its number."""
        with self._lock:
            done = self._base.execute(
                "INSERT INTO prescription (patient, drug, author) VALUES (?, ?, ?)", (number, drug, author)
            )
        return int(done.lastrowid or 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], record: Record, passwords: Mapping[str, str], *, outside: bool
    ) -> None:
        super().__init__(address, _Outside if outside else _Application)
        self.record = record
        self.passwords = passwords
        self.sessions: dict[str, str] = {}
        self.pictures: Pictures | None = None

    def server_bind(self) -> None:
        # The library's own would ask a name server for this machine's name.
        self.socket.setsockopt(1, 2, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """A peer that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "cloison-range"
    sys_version = ""
    timeout = _IDLE
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep no log: the range's sensors are the witnesses."""

    def body(self) -> bytes:
        """Read what came with the request, up to the largest."""
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST))

    def answer(self, status: int, content: bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)


class _Outside(_Handler):
    """Any site of the world: pages of the size that the address asks for, and a place that takes files."""

    def do_GET(self) -> None:
        size = int(next(iter(parse_qs(urlsplit(self.path).query).get("octets", ["20000"]))))
        self.answer(200, secrets.token_bytes(1024) * (min(size, _LARGEST) // 1024 + 1), "application/octet-stream")

    def do_POST(self) -> None:
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (chunk := self.rfile.read(min(left, 65_536))):
            left -= len(chunk)
        self.answer(200, b"{}", "application/json")


class _Application(_Handler):
    """The hospital's application: log on, read a patient's page, prescribe, look at an image."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.strip("/").split("/")
        if path[0] in {"", "connexion"}:
            self.answer(200, b"<!doctype html><title>Connexion</title><form method=post action=/connexion></form>")
        elif self._user() is None:
            self.answer(401, b"<!doctype html><title>Session absente</title>")
        elif path[0] == "patients" and path[1:] and path[1].isdigit():
            page = self.server.record.page(int(path[1]))
            self.answer(200 if page else 404, (page or "").encode())
        elif path[0] == "images" and self.server.pictures:
            self._image(self.server.pictures)
        else:
            self.answer(200, b"<!doctype html><title>EXERCICE</title>" + b"<p>page</p>" * 400)

    def do_POST(self) -> None:
        path, fields = urlsplit(self.path).path.strip("/").split("/"), parse_qs(self.body().decode("utf-8", "replace"))
        name, password = (next(iter(fields.get(key, [""]))) for key in ("identifiant", "mot_de_passe"))
        if path[0] == "connexion":
            if not password or self.server.passwords.get(name) != password:
                self.answer(401, b"<!doctype html><title>Identifiant ou mot de passe refus\xc3\xa9</title>")
                return
            token = secrets.token_urlsafe(24)
            self.server.sessions[token] = name
            self.answer(200, b"<!doctype html><title>Accueil</title>", Set_Cookie=f"session={token}; Secure; HttpOnly")
        elif (user := self._user()) is None:
            self.answer(401, b"<!doctype html><title>Session absente</title>")
        elif path[0] == "patients" and path[1:] and path[1].isdigit() and fields.get("produit"):
            number = self.server.record.prescribe(int(path[1]), fields["produit"][0][:80], user)
            self.answer(201, json.dumps({"prescription": number}).encode(), "application/json")
        else:
            self.answer(200, b"{}", "application/json")

    def _user(self) -> str | None:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return self.server.sessions.get(cookie.value) if cookie else None

    def _image(self, pictures: "Pictures") -> None:
        """Show the image that the archive holds last."""
        try:
            shown = pictures.last()
        except (OSError, HTTPException, ValueError):
            self.answer(502, b"<!doctype html><title>Archive muette</title>")
            return
        self.answer(200 if shown else 204, shown, "image/png")


class Pictures:
    """The archive's last image, as it renders it; asked again every few seconds, however many look."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._shown, self._until = b"", 0.0

    def last(self) -> bytes:
        """Give a PNG; empty when the archive holds none.

        Raises:
            OSError: the archive is silent.
            ValueError: it answers what nobody understands.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._shown = self._fetched()
                self._until = time.monotonic() + _FRESH
            return self._shown

    def _fetched(self) -> bytes:
        last = int(json.loads(self._ask("changes?last"))["Last"])
        changes = json.loads(self._ask(f"changes?since={max(0, last - _LOOKED_AT)}&limit={_LOOKED_AT}"))["Changes"]
        names = [change["ID"] for change in changes if change["ChangeType"] == "NewInstance"]
        return self._ask(f"instances/{names[-1]}/preview") if names else b""

    def _ask(self, path: str) -> bytes:
        with urlopen(f"{self._archive}/{path}", timeout=_ARCHIVE_ANSWERS) as answer:  # noqa: S310 - the archive's own
            told: bytes = answer.read()
        return told


PART = Web
