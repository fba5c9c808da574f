"""Lateral movement over SMB with an account that was found: a dummy program is put on a share, and nothing runs it."""

from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, Minutes
from cloison.rehearse.intruder.sessions import disk_shares, smb_session
from cloison.rehearse.intruder.stage import Stage

DUMMY = b"This file is a dummy of an exercise. It runs nothing.\n" * 400

_ADMIN = ("ADMIN$", "C$")


@noun
class MoveSmb:
    """Log on to each target, list its shares, write a dummy program on the most useful, ask for the service pipe.

    Attributes:
        hosts: machines at most.
        pause_minutes: between two machines.
        program: what the dummy is called.
    """

    NAME: ClassVar[str] = "move-smb"
    TECHNIQUE: ClassVar[Technique] = Technique("T1021.002")
    HOSTILE: ClassVar[bool] = True

    hosts: Count = 5
    pause_minutes: Minutes = 5.0
    program: str = "maintenance.exe"

    def perform(self, stage: Stage) -> None:
        """Go from one to the next; one that refuses is left."""
        for target in stage.targets[: self.hosts]:
            account = stage.account("smb", target)
            stage.tell(target.address)
            if account is None:
                opened = stage.open(target.address, 445)
                if opened is not None:
                    opened.close()
            else:
                with suppress(OSError), smb_session(target, account, stage.port(445)) as session:
                    self._settle(session, stage)
            stage.pause(self.pause_minutes)

    def _settle(self, session: Any, stage: Stage) -> None:  # noqa: ANN401 - impacket has no types
        shares = disk_shares(session)
        best = next((share for share in shares if share.upper() in _ADMIN), shares[0] if shares else None)
        if best is None:
            return
        stage.purse.carry(len(DUMMY))
        session.putFile(best, self.program, BytesIO(DUMMY).read)
        with suppress(Exception):  # a server that has no such pipe says so: being asked is what is to be seen
            tree = session.connectTree("IPC$")
            session.openFile(tree, r"\svcctl")


ACT = MoveSmb
