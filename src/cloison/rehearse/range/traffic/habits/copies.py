"""Copies: the backup server fetches the patient record and keeps it; servers send theirs; one is really restored."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cloison.rehearse.range.parts.backups import repository, surroundings
from cloison.rehearse.range.parts.remote import AGENT, DEPOT
from cloison.rehearse.range.setting import BACKUPS, Host
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.habits.shells import client, run
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

_FETCHES_A_DAY = 4
_SENDS_A_DAY = 2
_PATIENCE = 60.0


class Copies:
    """Fetched by SFTP, kept by restic, checked and restored."""

    name = "copies"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import NIGHT  # noqa: PLC0415 - the same

        spread = tuple(weight + 0.5 for weight in NIGHT)
        fetched = Habit(
            who=("backup-server",),
            whom=("database-server",),
            service=f"tcp/{AGENT}",
            per_day=_FETCHES_A_DAY,
            rhythm=spread,
        )
        draft.follow(fetched, lambda *_: {"kind": "fetch"})
        sent = Habit(
            who=("file-server", "database-server", "pacs"),
            whom=("storage",),
            service=f"tcp/{DEPOT}",
            per_day=_SENDS_A_DAY,
            rhythm=spread,
        )
        draft.follow(sent, lambda *_: {"kind": "send"})

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a copy is done once it is in the repository, and what was fetched is once it was read back."""
        for item in items:
            if errand.what["kind"] == "fetch":
                self._fetch(life, errand)
            else:
                self._send(life, errand)
            yield item

    def _fetch(self, life: Life, errand: Errand) -> None:
        source, target = life.ends(errand)
        life.look_up(source, target)
        work = life.setting.folder / "parts" / "fetched" / target.id
        work.mkdir(parents=True, exist_ok=True)
        ssh = " ".join(
            [*client(life.setting, BACKUPS), "-b", source.address, "-p", str(life.setting.port(errand.port))]
        )
        wanted = kept_by(life, target)
        run(
            ["sftp", "-q", "-S", _wrapped(life, source, ssh), f"{BACKUPS}@{target.address}:{wanted}", f"{work}/"],
            patience=_PATIENCE,
        )
        around, restic = surroundings(life.setting), ["restic", "--quiet", "--repo", str(repository(life.setting))]
        run([*restic, "backup", "--host", target.id, str(work)], around, _PATIENCE)
        run([*restic, "check"], around, _PATIENCE)
        back = life.setting.folder / "parts" / "restored" / target.id
        run([*restic, "restore", "latest", "--host", target.id, "--target", str(back)], around, _PATIENCE)
        restored = back / (work / wanted.name).relative_to("/")
        if restored.read_bytes() != (work / wanted.name).read_bytes():
            raise ConnectionError(str(restored))

    def _send(self, life: Life, errand: Errand) -> None:
        source, target = life.ends(errand)
        life.look_up(source, target)
        ssh = [*client(life.setting, BACKUPS), "-b", source.address, "-p", str(life.setting.port(errand.port))]
        command = " ".join([*ssh, f"{BACKUPS}@{target.address}", "-s", "sftp"])
        restic = [
            "restic",
            "--quiet",
            "-o",
            f"sftp.command={command}",
            "--repo",
            f"sftp:{target.id}:{repository(life.setting)}",
        ]
        run([*restic, "backup", "--host", source.id, str(kept_by(life, source))], surroundings(life.setting), _PATIENCE)


def kept_by(life: Life, host: Host) -> Path:
    """Give what of a server is worth a copy: its part's files."""
    parts = life.setting.folder / "parts"
    if host.role == "database-server":
        return parts / f"web-{host.zone}" / "record.sqlite"
    if host.role == "file-server":
        return parts / f"share-{host.zone}" / host.id / "SERVICES"
    return parts / f"pacs-{host.zone}" / "index"


def _wrapped(life: Life, source: Host, ssh: str) -> str:
    """Write the program that sftp starts for its connection: it takes no options of ours."""
    path = life.setting.folder / "keys" / f"sftp-{source.id}"
    if not path.exists():
        path.write_text(f'#!/bin/sh\nexec {ssh} "$@"\n', encoding="utf-8")
        path.chmod(0o700)
    return str(path)


HABIT = Copies()
