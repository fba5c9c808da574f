"""Mass rewriting of files, as ransomware does, in a folder that the intruder made itself on a share."""

from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, PerMinute
from cloison.rehearse.intruder.sessions import disk_shares, smb_session
from cloison.rehearse.intruder.stage import Stage

FOLDER = "exercice-cloison"
_SIZE = 24 * 1024


@noun
class Rewrite:
    """Make files in a folder of its own, then read, overwrite and rename each; no file of anybody else is opened.

    Attributes:
        files: how many.
        per_minute: files rewritten a minute.
        ending: what is added to their names.
    """

    NAME: ClassVar[str] = "rewrite"
    TECHNIQUE: ClassVar[Technique] = Technique("T1486")
    HOSTILE: ClassVar[bool] = True

    files: Count = 200
    per_minute: PerMinute = 120.0
    ending: str = ".verrou"

    def perform(self, stage: Stage) -> None:
        """Make them all first: what is to be seen is the rewriting."""
        for target in stage.targets[:1]:
            account = stage.account("smb", target)
            if account is None:
                stage.tell(target.address)
                continue
            with suppress(OSError), smb_session(target, account, stage.port(445)) as session:
                shares = disk_shares(session)
                share = next((one for one in shares if not one.endswith("$")), None)
                if share is None:
                    continue
                names = self._make(session, share, stage)
                stage.tell(target.address)
                for name in names:
                    self._rewrite(session, share, name, stage)
                    stage.pause(1 / self.per_minute)

    def _make(self, session: Any, share: str, stage: Stage) -> list[str]:  # noqa: ANN401 - impacket has no types
        with suppress(Exception):  # it is there already: an act before this one made it
            session.createDirectory(share, FOLDER)
        names = [f"{FOLDER}/dossier-{stage.draw.randrange(10**6):06d}.docx" for _ in range(self.files)]
        for name in names:
            stage.purse.carry(_SIZE)
            session.putFile(share, name, BytesIO(b"texte d'exercice " * (_SIZE // 17)).read)
        return names

    def _rewrite(self, session: Any, share: str, name: str, stage: Stage) -> None:  # noqa: ANN401 - impacket has no types
        stage.purse.carry(2 * _SIZE)
        session.getFile(share, name, BytesIO().write)
        session.putFile(share, name, BytesIO(stage.draw.randbytes(_SIZE)).read)
        session.rename(share, name, name + self.ending)


ACT = Rewrite
