"""A stream cut anywhere must give the same findings."""

from collections.abc import Mapping, Sequence
from random import Random

from tests.detect.traffic import findings_of

from cloison.model.finding import Finding
from cloison.model.hospital import Hospital


def same_however_cut(
    rows: Sequence[Mapping[str, object]], detector: object, *, hospital: Hospital | None = None, seeds: int = 4
) -> tuple[Finding, ...]:
    """Give the findings, after a check that cuts at moments of chance, and one record at a time, change nothing."""
    whole = findings_of(rows, detector, hospital=hospital)
    for seed in range(seeds):
        random = Random(seed)
        cuts = [random.randrange(len(rows) + 1) for _ in range(random.randrange(1, 9))]
        assert findings_of(rows, detector, hospital=hospital, cuts=cuts) == whole
    if len(rows) <= 150:
        assert findings_of(rows, detector, hospital=hospital, cuts=range(len(rows))) == whole
    return whole
