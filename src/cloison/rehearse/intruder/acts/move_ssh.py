"""Lateral movement over SSH with an account that was found."""

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, Minutes
from cloison.rehearse.intruder.sessions import ssh_session
from cloison.rehearse.intruder.stage import Stage

if TYPE_CHECKING:
    from paramiko import Transport  # type: ignore[import-untyped]
_LOOKING = ("id", "uname -a", "ls -la")
"""What the session asks of the server: it looks, and changes nothing."""


@noun
class MoveSsh:
    """Log on to each target and look around.

    Attributes:
        hosts: machines at most.
        pause_minutes: between two machines.
        stay_minutes: how long each session is kept.
    """

    NAME: ClassVar[str] = "move-ssh"
    TECHNIQUE: ClassVar[Technique] = Technique("T1021.004")
    HOSTILE: ClassVar[bool] = True

    hosts: Count = 5
    pause_minutes: Minutes = 5.0
    stay_minutes: Minutes = 2.0

    def perform(self, stage: Stage) -> None:
        """Go from one to the next; one that has no account for us is only knocked at."""
        for target in stage.targets[: self.hosts]:
            stage.tell(target.address)
            account = stage.account("ssh", target)
            if account is None:
                opened = stage.open(target.address, 22)
                if opened is not None:
                    opened.close()
            else:
                with suppress(OSError), ssh_session(target, account, stage.port(22)) as line:
                    look_around(line)
                    stage.pause(self.stay_minutes)
            stage.pause(self.pause_minutes)


def look_around(line: "Transport") -> None:
    """Ask what a person who has just arrived asks."""
    import paramiko  # noqa: PLC0415 - half a second to load, which only these acts need

    with suppress(paramiko.SSHException, EOFError):
        for command in _LOOKING:
            channel = line.open_session(timeout=5)
            channel.settimeout(5)
            channel.exec_command(command)
            while channel.recv(65_536):
                pass
            channel.close()


ACT = MoveSsh
