"""Pages: staff log on to the patient record, read, prescribe, look at images; offices read the world's sites."""

import http.client
import random
import ssl
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cloison.rehearse.range.parts.web import PATIENTS
from cloison.rehearse.range.setting import Host
from cloison.rehearse.range.traffic.errand import Errand, Word
from cloison.rehearse.range.traffic.life import CONNECT, Life

if TYPE_CHECKING:  # the zones draw nothing
    from numpy.random import Generator

    from cloison.rehearse.range.traffic.timetable import Draft

_IDLE = 20.0
"""Seconds after which a browser hangs up: sooner than the range's sites, which do after 30."""

_ABSENT, _REFUSED, _FAILED = 404, 401, 400
EVENING = (4.0, 3, 3, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6, 6, 6, 5, 5)
"""When urgent examinations leave for the partner who reads at night."""

_TELERADIOLOGY_OCTETS = 3_000_000


class Pages:
    """Browsers, and machines that speak as they do."""

    name = "pages"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.model.hospital import ZoneKind  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the same
        from cloison.rehearse.rhythm import CARE, OFFICE  # noqa: PLC0415 - the same

        with_images = {archive.zone for archive in draft.setting.having("pacs")}
        desk, office, care = ("workstation",), ZoneKind.OFFICE, ZoneKind.CARE
        for kind, who, whom, port, per_day, rhythm, where in (
            ("record", desk, ("web-server",), 443, 30, CARE, care),
            ("record", desk, ("web-server",), 443, 20, OFFICE, office),
            ("record", ("vpn", "web-server"), ("web-server",), 443, 60, CARE, None),
            ("visit", ("patient",), ("web-server",), 443, 1, CARE, None),
            ("site", desk, ("web", "saas"), 443, 14, OFFICE, office),
            ("site", desk, ("web",), 443, 4, CARE, care),
            ("site", desk, ("web",), 80, 2, OFFICE, None),
            ("site", ("update-server",), ("update-cloud",), 443, 12, OFFICE, None),
            ("send", ("backup-server",), ("offsite-copy",), 443, 2, EVENING, None),
            ("send", ("dicom-gateway",), ("teleradiology",), 443, 26, EVENING, None),
        ):
            habit = Habit(who=who, whom=whom, service=f"tcp/{port}", per_day=per_day, rhythm=rhythm, kind=where)
            draft.follow(habit, partial(_what, kind, with_images))

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a page is done once it has come whole."""
        kind, number = str(errand.what["kind"]), int(errand.what["draw"])
        with life.line(errand, lambda: Browser(life, errand), idle=_IDLE) as browser:
            for item in items:
                if kind == "site":
                    octets = int(random.Random(number).lognormvariate(10.3, 1.2))  # noqa: S311 - sizes
                    browser.ask("GET", f"/?octets={octets}")
                elif kind == "send":
                    browser.ask("POST", "/images", b"\x00" * _TELERADIOLOGY_OCTETS)
                elif kind == "visit":
                    browser.ask("GET", "/connexion")
                elif kind == "image":
                    browser.sign_in()
                    browser.ask("GET", "/images/derniere")
                elif number % 6:
                    browser.sign_in()
                    browser.ask("GET", f"/patients/{number % PATIENTS + 1}")
                else:
                    browser.sign_in()
                    browser.ask("POST", f"/patients/{number % PATIENTS + 1}", b"produit=exemplamine")
                yield item


def _what(kind: str, with_images: Collection[str], rng: "Generator", _source: Host, target: Host) -> dict[str, Word]:
    images = kind == "record" and target.zone in with_images
    return {"kind": "image" if images else kind, "draw": int(rng.integers(1, 2**31))}


@dataclass(slots=True)
class Browser:
    """A browser's connection to one site; it opens another when the site has closed it meanwhile."""

    life: Life
    errand: Errand
    session: str = ""
    _line: http.client.HTTPConnection | None = None

    def sign_in(self) -> None:
        """Log on, once, as who sits there."""
        if not self.session:
            account = self.life.setting.account(self.life.setting.host(self.errand.source))
            form = f"identifiant={account.name}&mot_de_passe={account.password}".encode()
            answer = self.ask("POST", "/connexion", form)
            self.session = answer.get("Set-Cookie", "").partition(";")[0]

    def ask(self, method: str, path: str, body: bytes | None = None) -> Mapping[str, str]:
        """Send a request and read the whole answer.

        Raises:
            OSError: the site cannot be reached, goes silent, or fails.
        """
        fresh = self._line is None
        try:
            return self._ask(method, path, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close()
            if fresh:
                raise
            # An idle connection that the site has closed: browsers open another at once (RFC 9112, 9.5).
            return self._ask(method, path, body)

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method: str, path: str, body: bytes | None) -> Mapping[str, str]:
        if self._line is None:
            self._line = self._opened()
        headers = {"Cookie": self.session} if self.session else {}
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        answer.read()
        if answer.status == _REFUSED:
            self.session = ""
        if answer.status >= _FAILED and answer.status != _ABSENT:
            raise ConnectionError(answer.status)
        return dict(answer.getheaders())

    def _opened(self) -> http.client.HTTPConnection:
        life, errand = self.life, self.errand
        _, target = life.ends(errand)
        name = life.setting.full_name(target)
        line = http.client.HTTPConnection(name, life.setting.port(errand.port), timeout=CONNECT)
        line.sock = life.connect(errand)
        if errand.port != 80:  # noqa: PLR2004 - plain HTTP (RFC 9110, 4.2.1)
            context = life.careless if target.kind == "internet" or life.trust is None else life.trust
            line.sock = context.wrap_socket(line.sock, server_hostname=name)
        return line


HABIT = Pages()
