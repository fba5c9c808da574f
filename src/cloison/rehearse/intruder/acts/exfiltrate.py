"""Theft: dummy bytes leave for the range's "internet", slowly."""

from contextlib import suppress
from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Megabytes, Minutes
from cloison.rehearse.intruder.outward import post
from cloison.rehearse.intruder.stage import Stage


@noun
class Exfiltrate:
    """Send to the last target over HTTPS, in equal parts.

    Attributes:
        megabytes: in all.
        part_megabytes: in one request.
        every_minutes: between two.
    """

    NAME: ClassVar[str] = "exfiltrate"
    TECHNIQUE: ClassVar[Technique] = Technique("T1048.002")
    HOSTILE: ClassVar[bool] = True

    megabytes: Megabytes = 64.0
    part_megabytes: Megabytes = 2.0
    every_minutes: Minutes = 4.0

    def perform(self, stage: Stage) -> None:
        """Send part after part; one that does not get out is not sent again."""
        part = stage.draw.randbytes(int(self.part_megabytes * 2**20))
        for _ in range(max(1, round(self.megabytes / self.part_megabytes))):
            for target in stage.targets[-1:]:
                stage.tell(target.address)
                with suppress(OSError):
                    post(stage, target.address, "/depot", part)
            stage.pause(self.every_minutes)


ACT = Exfiltrate
