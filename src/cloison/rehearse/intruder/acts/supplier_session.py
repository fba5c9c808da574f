"""Entry by a supplier's remote maintenance: the session is the supplier's own, at an hour that is not."""

from contextlib import suppress
from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Minutes, Port
from cloison.rehearse.intruder.acts.move_ssh import look_around
from cloison.rehearse.intruder.sessions import ssh_session
from cloison.rehearse.intruder.stage import Stage


@noun
class SupplierSession:
    """Enter each target by SSH with the supplier's account, or hold a connection open where there is none.

    Attributes:
        port: of the remote maintenance, where there is no account.
        stay_minutes: how long the session is kept.
    """

    NAME: ClassVar[str] = "supplier-session"
    TECHNIQUE: ClassVar[Technique] = Technique("T1133")
    HOSTILE: ClassVar[bool] = True

    port: Port = 22
    stay_minutes: Minutes = 20.0

    def perform(self, stage: Stage) -> None:
        """Enter, stay, leave."""
        for target in stage.targets[:1]:
            stage.tell(target.address)
            account = stage.account("ssh", target)
            with suppress(OSError):
                if account is not None and self.port == 22:  # noqa: PLR2004 - SSH
                    with ssh_session(target, account, stage.port(22)) as line:
                        look_around(line)
                        stage.pause(self.stay_minutes)
                    continue
                opened = stage.open(target.address, self.port)
                if opened is not None:
                    with opened:
                        stage.pause(self.stay_minutes)


ACT = SupplierSession
