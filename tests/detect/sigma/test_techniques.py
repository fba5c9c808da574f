from cloison.detect.sigma.techniques import barrier_of, chief_technique, tactics_in, techniques_in
from cloison.model.finding import Barrier


def test_tags_are_read_in_order_and_once():
    assert techniques_in(["execution", "t1021.002", "t1021.002", "g0016", "t1047"]) == ("T1021.002", "T1047")
    assert tactics_in(["execution", "t1047", "s0002", "impact"]) == ("execution", "impact")


def test_new_numbers_are_told_by_the_usual_ones():
    assert techniques_in(["t1685.005", "t1685.007", "t1686"]) == ("T1070.001", "T1562.001", "T1562.004")


def test_a_rule_without_technique_has_a_typical_one():
    assert chief_technique((), ("credential-access",)) == "T1003"
    assert chief_technique((), ()) == "T1059"
    assert chief_technique(("T1047",), ("impact",)) == "T1047"


def test_the_barrier_follows_the_tactic():
    assert barrier_of((), ("initial-access",)) is Barrier.ENTRY
    assert barrier_of((), ("execution", "lateral-movement")) is Barrier.SPREAD
    assert barrier_of((), ("impact",)) is Barrier.DEGRADED
    assert barrier_of(("T1490",), ("impact",)) is Barrier.RECOVERY
    assert barrier_of((), ()) is Barrier.INFILTRATION
