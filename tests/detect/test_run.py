import polars as pl

from cloison.detect.run import EVIDENCE, HOSTS, QUIET_MICROSECONDS, TARGETS, Act, Runs, moment
from cloison.model.finding import Barrier
from cloison.words import say


def act(clock: int, target: str = "10.0.0.1") -> Act:
    return Act(clock=clock, began=clock, origin=0, record=clock + 1, target=target, note=say("seen"))


def rows(*clocks: int, fires: int = 0) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "clock": clocks,
            "dst": [f"10.0.0.{i}" for i in range(len(clocks))],
            "fires": [i == fires for i in range(len(clocks))],
        }
    )


def grow(runs: Runs, table: pl.DataFrame, source: str = "10.9.0.1") -> None:
    runs.grow(source, table, lambda row: act(row["clock"], row["dst"]), lambda _: [])


def test_acts_before_the_detector_is_convinced_open_nothing():
    runs = Runs()
    grow(runs, rows(1, 2, 3, fires=9))
    assert list(runs) == []


def test_acts_after_a_quiet_gap_want_a_new_conviction():
    runs = Runs()
    grow(runs, rows(0, 10, 20 + 2 * QUIET_MICROSECONDS))
    (run,) = runs
    assert (run.acts, run.last) == (2, 10)


def test_a_new_conviction_after_a_gap_makes_a_second_finding():
    runs = Runs()
    later = 2 * QUIET_MICROSECONDS
    grow(runs, rows(0, 10))
    grow(runs, rows(later, later + 1))
    assert [run.last for run in runs] == [10, later + 1]
    assert runs.at("10.9.0.1", 20) is next(iter(runs))


def test_a_long_behaviour_is_counted_and_quoted_within_bounds():
    runs = Runs()
    grow(
        runs,
        pl.DataFrame(
            {
                "clock": range(1000),
                "dst": [f"10.0.{i // 250}.{i % 250}" for i in range(1000)],
                "fires": [i == 0 for i in range(1000)],
            }
        ),
    )
    (run,) = runs
    found = run.finding("essai", Barrier.SPREAD, "T1046", 0.5, (say("a"), say("b")))
    assert run.acts == 1000
    assert len(found.targets) == TARGETS
    assert len(found.evidence) <= EVIDENCE
    assert found.last_seen == moment(999)


def test_the_deciding_record_is_always_quoted():
    runs = Runs()
    runs.open("10.9.0.1", act(99), [act(i) for i in range(50)])
    (run,) = runs
    found = run.finding("essai", Barrier.SPREAD, "T1046", 0.5, (say("a"), say("b")))
    assert found.evidence[-1].record == 100
    assert len(found.evidence) == EVIDENCE


def test_hosts_beyond_the_bound_are_left_out():
    runs = Runs()
    for number in range(HOSTS):
        runs.open(f"host-{number}", act(0), [])
    grow(runs, rows(0, 1))
    assert len(list(runs)) == HOSTS
    assert runs.full("another")
    assert not runs.full("host-0")


def test_further_moments_prolong_until_a_gap():
    runs = Runs()
    run = runs.open("10.9.0.1", act(0), [])
    run.prolong(QUIET_MICROSECONDS)
    assert run.last == QUIET_MICROSECONDS
    run.prolong(3 * QUIET_MICROSECONDS)
    assert run.last == QUIET_MICROSECONDS
