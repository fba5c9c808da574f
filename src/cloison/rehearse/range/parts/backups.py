"""Copies: a restic repository on the storage of the backup zone, reached by SFTP through that zone's shells."""

import secrets
import subprocess
from datetime import timedelta
from pathlib import Path

from cloison.errors import RangeError
from cloison.rehearse.range.part import Part
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import Setting
from cloison.words import say

_PATIENCE = timedelta(seconds=60)


def repository(setting: Setting) -> Path:
    """Give the folder of the repository; the storage's shells show it under the same path."""
    return setting.folder / "parts" / "depot"


def surroundings(setting: Setting) -> dict[str, str]:
    """Give what restic reads of its surroundings: the password's file and a cache of its own."""
    keys = setting.folder / "keys"
    return {"RESTIC_PASSWORD_FILE": str(keys / "depot"), "RESTIC_CACHE_DIR": str(setting.folder / "parts" / "cache")}


class Backups(Part):
    """The repository, made ready once; it needs no server of its own."""

    name = "backups"
    roles = frozenset({"storage"})
    programs = (("restic", "restic"),)

    def start(self, place: Place) -> None:
        """See `Part`."""
        self._made = False
        word = self.setting.folder / "keys" / "depot"
        word.parent.mkdir(parents=True, exist_ok=True)
        if not word.exists():
            word.touch(mode=0o600)
            word.write_text(secrets.token_urlsafe(18), encoding="ascii")
        path = repository(self.setting)
        if not (path / "config").exists():
            done: subprocess.CompletedProcess[str] = place.run(
                ["restic", "--repo", str(path), "init"], timeout=_PATIENCE, env=surroundings(self.setting)
            )
            if done.returncode:
                raise RangeError(
                    say("restic could not make its repository"), fix=say("read what it says"), where=done.stderr[-300:]
                )
        self._made = True

    def ready(self) -> bool:
        """See `Part`."""
        return self._made

    def alive(self) -> bool:
        """See `Part`."""
        return self._made

    def stop(self) -> None:
        """See `Part`: there is nothing to end."""


PART = Backups
