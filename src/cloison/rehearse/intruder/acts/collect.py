"""Staging: copies of the range's dummy files are read from a share and kept in the act's own folder."""

from contextlib import suppress
from typing import Any, ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, Megabytes, PerMinute
from cloison.rehearse.intruder.sessions import disk_shares, smb_session
from cloison.rehearse.intruder.stage import Stage


@noun
class Collect:
    """Read files from each target's shares.

    Attributes:
        files: read at most.
        megabytes: read at most.
        per_minute: files a minute.
    """

    NAME: ClassVar[str] = "collect"
    TECHNIQUE: ClassVar[Technique] = Technique("T1039")
    HOSTILE: ClassVar[bool] = True

    files: Count = 200
    megabytes: Megabytes = 32.0
    per_minute: PerMinute = 60.0

    def perform(self, stage: Stage) -> None:
        """Take what can be read, file by file."""
        for target in stage.targets[:1]:
            stage.tell(target.address)
            account = stage.account("smb", target)
            if account is not None:
                with suppress(OSError), smb_session(target, account, stage.port(445)) as session:
                    self._take(session, stage)

    def _take(self, session: Any, stage: Stage) -> None:  # noqa: ANN401 - impacket has no types
        left, files = int(self.megabytes * 2**20), self.files
        for share in disk_shares(session):
            for path, size in _walk(session, share, ""):
                if files <= 0 or size > left:
                    return
                left, files = left - size, files - 1
                stage.purse.carry(size)
                with (stage.folder / "collected.dummy").open("ab") as kept:
                    session.getFile(share, path, kept.write)
                stage.pause(1 / self.per_minute)


def _walk(session: Any, share: str, folder: str, depth: int = 3) -> Any:  # noqa: ANN401 - impacket has no types
    """Give (path, size) of the files of a folder, then of those beneath."""
    below = []
    for entry in session.listPath(share, f"{folder}/*"):
        name = entry.get_longname()
        if name in {".", ".."}:
            continue
        if entry.is_directory():
            below.append(f"{folder}/{name}")
        else:
            yield f"{folder}/{name}", entry.get_filesize()
    for one in below if depth else ():
        yield from _walk(session, share, one, depth - 1)


ACT = Collect
