"""Discovery: which machines answer, and on what."""

from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Count, PerMinute, Port
from cloison.rehearse.intruder.stage import Stage

_GLANCE = 0.5
"""Seconds given to an answer: a scanner does not wait."""


@noun
class Scan:
    """Try ports of targets, bounded in number and pace; nothing is sent on what opens.

    Attributes:
        ports: tried on each machine, in this order.
        hosts: machines tried at most.
        per_minute: connections a minute.
    """

    NAME: ClassVar[str] = "scan"
    TECHNIQUE: ClassVar[Technique] = Technique("T1046")
    HOSTILE: ClassVar[bool] = True

    ports: tuple[Port, ...] = (445, 3389, 22)
    hosts: Count = 60
    per_minute: PerMinute = 60.0

    def perform(self, stage: Stage) -> None:
        """Go through the machines, shuffled, port by port."""
        chosen = list(stage.targets)[: self.hosts]
        stage.draw.shuffle(chosen)
        for port in self.ports:
            for target in chosen:
                stage.tell(target.address)
                opened = stage.open(target.address, port, patience=_GLANCE)
                if opened is not None:
                    opened.close()
                stage.pause(1 / self.per_minute)


ACT = Scan
