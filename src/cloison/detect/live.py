"""Findings as they come: the same as a folder's, told when they begin and when they grow."""

from cloison.detect.fold import Fold
from cloison.model.finding import Finding, FindingId
from cloison.model.observations import Batch


class Live:
    """A fold that tells what is new.

    After any number of steps, the last word on each finding is what `Fold.findings` gives: how records are cut
    into steps changes when a person hears of it, never what is found nor its `detected_at`.
    """

    def __init__(self, fold: Fold) -> None:
        """Take a fold, new or restored; what it has found already counts as told."""
        self.fold = fold
        self._told: dict[FindingId, Finding] = {finding.id: finding for finding in fold.findings()}

    def step(self, batch: Batch) -> tuple[Finding, ...]:
        """Take the next records and judge them at once.

        Args:
            batch: see `Fold.step`; a second of a hospital's traffic, say.

        Returns:
            The findings that are new, or that have grown since they were last told, in the order of `Fold.findings`.
        """
        self.fold.step(batch)
        news = tuple(finding for finding in self.fold.findings() if self._told.get(finding.id) != finding)
        self._told.update((finding.id, finding) for finding in news)
        return news
