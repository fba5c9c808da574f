"""Office files: people open and save them on the shares; machines fetch their policies (MS-SMB2, MS-GPOL)."""

import io
import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from cloison.rehearse.range.parts.share import HOMES, SERVICES, SYSVOL, documents
from cloison.rehearse.range.setting import Host
from cloison.rehearse.range.traffic.errand import Errand, Word
from cloison.rehearse.range.traffic.life import ANSWER, Life

if TYPE_CHECKING:  # the zones draw nothing
    from numpy.random import Generator

    from cloison.rehearse.range.traffic.timetable import Draft

_TRIES = 3
"""Documents opened in one visit, at most."""


class Documents:
    """Desks and file servers."""

    name = "documents"
    modules = ("impacket",)

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import CARE, MORNING  # noqa: PLC0415 - the same

        desks = ("workstation",)
        visits = (
            ("open", Habit(who=desks, whom=("file-server",), service="tcp/445", per_day=6, rhythm=CARE, listed=True)),
            ("save", Habit(who=("web-server",), whom=("file-server",), service="tcp/445", per_day=40, rhythm=CARE)),
            ("policy", Habit(who=desks, whom=("domain-controller",), service="tcp/445", per_day=2, rhythm=MORNING)),
        )
        for kind, habit in visits:
            draft.follow(habit, partial(_what, kind))

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a visit is done once its files are read or written."""
        draw = random.Random(int(errand.what["draw"]))  # noqa: S311 - which file
        account = life.setting.account(life.setting.host(errand.source))
        session = opened(life, errand)
        try:
            session.login(account.name, account.password)
            for item in items:
                if errand.what["kind"] == "policy":
                    session.getFile(SYSVOL, "gpt.ini", io.BytesIO().write)
                elif errand.what["kind"] == "save":
                    _save(session, account.name, draw)
                else:
                    _open(session, account.name, draw)
                yield item
            session.logoff()
        except OSError:
            raise
        except Exception as error:
            # The library's errors have no common kind but this.
            raise ConnectionError(errand.target) from error
        finally:
            session.close()


def _what(kind: str, rng: "Generator", _source: Host, _target: Host) -> dict[str, Word]:
    return {"kind": kind, "draw": int(rng.integers(2**31))}


def opened(life: Life, errand: Errand) -> Any:  # noqa: ANN401 - impacket has no types
    """Open an SMB 2 connection from the source's own address; nobody has logged on yet.

    Raises:
        OSError: the server cannot be reached.
    """
    from impacket.nmb import NetBIOSTCPSession  # type: ignore[import-untyped] # noqa: PLC0415 - of the `range` extra
    from impacket.smb3 import SMB3  # type: ignore[import-untyped] # noqa: PLC0415 - the same
    from impacket.smb3structs import SMB2_DIALECT_21  # type: ignore[import-untyped] # noqa: PLC0415 - the same
    from impacket.smbconnection import SMBConnection  # type: ignore[import-untyped] # noqa: PLC0415 - the same

    source, target = life.ends(errand)
    ends = (target.id.upper()[:15], target.address, source.id.upper()[:15])
    line = life.connect(errand)
    try:
        session = NetBIOSTCPSession(ends[2], ends[0], ends[1], sess_port=445, timeout=ANSWER, sock=line)
        inner = SMB3(*ends, sess_port=445, timeout=ANSWER, session=session, preferredDialect=SMB2_DIALECT_21)
        return SMBConnection(ends[0], ends[1], existingConnection=inner)
    except BaseException:
        line.close()
        raise


def _open(session: Any, name: str, draw: random.Random) -> None:  # noqa: ANN401 - the library's
    known = documents()
    folder = known[draw.randrange(len(known))].partition("\\")[0]
    session.listPath(SERVICES, f"{folder}\\*")
    near = [path for path in known if path.startswith(folder)]
    for path in draw.sample(near, draw.randint(1, _TRIES)):
        session.getFile(SERVICES, path, io.BytesIO().write)
    if draw.random() < 0.4:  # noqa: PLR2004 - four visits in ten end with something saved
        _save(session, name, draw)


def _save(session: Any, name: str, draw: random.Random) -> None:  # noqa: ANN401 - the library's
    content = b"EXERCICE" * int(min(60_000, draw.lognormvariate(8.0, 1.0)))
    session.putFile(HOMES, f"{name}\\document-{draw.randrange(40):02d}.docx", io.BytesIO(content).read)


HABIT = Documents()
