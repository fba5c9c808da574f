from dataclasses import replace
from datetime import UTC, datetime

from cloison.model.finding import Evidence
from cloison.model.leak import Hop, Leak, LeakKind, LeakReport
from cloison.words import say


def test_equal_leaks_are_one_in_a_set():
    seen = datetime(2026, 3, 2, tzinfo=UTC)
    evidence = Evidence(origin=0, record=1, note=say("a flow"))
    hop = Hop(
        from_="supplier", to="care", service="tcp/445", src="203.0.113.5", dst="10.0.0.1", records=3, first=seen, last=seen,
        evidence=evidence,
    )  # fmt: skip
    leak = Leak(
        kind=LeakKind.PATH,
        from_="supplier",
        to="care",
        hops=(hop,),
        care_per_hour=6.0,
        records=10,
        explanation=say("in"),
    )
    report = LeakReport(leaks=(leak, replace(leak), replace(leak, records=11)), unjudged=())
    assert len(set(report.leaks)) == 2
