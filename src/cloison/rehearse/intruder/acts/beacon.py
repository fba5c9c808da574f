"""Calling home: short, regular connections to the range's "internet"."""

from contextlib import suppress
from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.act_kinds import Minutes, Share
from cloison.rehearse.intruder.outward import post
from cloison.rehearse.intruder.stage import Stage


@noun
class Beacon:
    """Call the first target over HTTPS until the time is up.

    Attributes:
        every_minutes: between two calls.
        jitter: share of that by which each interval may be longer or shorter.
        for_minutes: how long this goes on.
    """

    NAME: ClassVar[str] = "beacon"
    TECHNIQUE: ClassVar[Technique] = Technique("T1071.001")
    HOSTILE: ClassVar[bool] = True

    every_minutes: Minutes = 5.0
    jitter: Share = 0.2
    for_minutes: Minutes = 240.0

    def perform(self, stage: Stage) -> None:
        """Call; an outside that does not answer is called again all the same."""
        passed = 0.0
        while passed < self.for_minutes:
            for target in stage.targets[:1]:
                stage.tell(target.address)
                with suppress(OSError):
                    post(stage, target.address, "/accueil", bytes(stage.draw.randrange(180, 320)))
            wait = self.every_minutes * stage.draw.uniform(1 - self.jitter, 1 + self.jitter)
            stage.pause(wait)
            passed += wait


ACT = Beacon
