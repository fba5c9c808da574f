import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.sigma.events import HEAD, event, rules, table

from cloison.detect.detectors.host_rules import DETECTOR
from cloison.detect.fold import Context, restore, start
from cloison.detect.sigma import watching
from cloison.detect.sigma.reading import read_rules
from cloison.model.addressing import AddressBook
from cloison.model.finding import Barrier
from cloison.model.observations import Kind
from cloison.model.rules import RuleSet, RuleText

HOUR = 3600.0
PC = "pc-1.hopital.example"


def one_rule(field, value, *, level="high", tag="t1059.003", name="", title="", tactic="execution"):
    head = HEAD.replace("high", level).replace("[attack.t1059.003]", f"[attack.{tactic}, attack.{tag}]")
    head = head.replace("Made", title or f"{field} {value}") + (f"name: {name}\n" if name else "")
    return RuleText(
        file=f"{field}-{value}.yml", content=f"{head}detection: {{a: {{{field}: '{value}'}}, condition: a}}".encode()
    )


KNOWN = read_rules(
    [
        one_rule("Image", "evil"),
        one_rule("Image", "odd", level="medium", tag="t1047"),
        one_rule("Image", "faint", level="low", tag="t1087"),
        one_rule("User", "somebody", level="informational", tag="t1033"),
        one_rule("Image", "dump", level="critical", tag="t1003.001", tactic="credential-access"),
        one_rule("User", "root", level="low", tag="t1059.003"),
    ]
)


def context(known=KNOWN):
    return Context(book=AddressBook(None), rules=known)


def found(events, known=KNOWN, cuts=()):
    rows = table(events)
    folded = start(context(known), [DETECTOR])
    for first, last in itertools.pairwise([0, *sorted(cuts), rows.height]):
        folded.step({Kind.EVENT: rows[first:last]})
        folded.findings()
    return folded.findings()


def test_fires_on_a_rule_and_names_the_machine_and_the_technique():
    (one,) = found([event(Image="evil", CommandLine="x")])
    assert (one.sources, one.technique, one.confidence) == ((PC,), "T1059.003", 0.75)
    assert "Image evil" in str(one.title)
    assert "Image=evil" in str(one.explanation)
    assert one.evidence[0].record == 1


def test_fires_once_for_rules_of_one_technique():
    (one,) = found([event(Image="evil", User="root"), event(5, Image="evil")])
    assert "1 other rule agrees" in str(one.explanation)
    assert one.confidence > 0.75


def test_fires_on_a_weak_rule_as_a_clue_and_on_an_informational_one_only_with_support():
    (clue,) = found([event(Image="faint")])
    assert clue.confidence < 0.5
    assert found([event(User="somebody")]) == ()
    assert len(found([event(User="somebody"), event(60, Image="evil")])) == 2


def test_fires_on_medium_rules_as_clues_that_make_an_alert_together():
    (clue,) = found([event(Image="odd")])
    assert clue.confidence < 0.5
    both = found([event(Image="odd"), event(60, Image="evil")])
    assert all(one.confidence > 0.5 for one in both)
    apart = found([event(Image="odd"), event(2 * HOUR, Image="evil")])
    assert sorted(one.confidence > 0.5 for one in apart) == [False, True]


def test_fires_with_the_machine_that_called():
    head = HEAD.replace("category: process_creation", "service: security").replace(
        "[attack.t1059.003]", "[attack.lateral-movement, attack.t1021.002]"
    )
    known = rules("  a: {EventID: 5145}\n  condition: a\n", head=head)
    (one,) = found([event(channel="Security", event_id=5145, IpAddress="10.0.0.9")], known)
    assert (one.sources, one.targets, one.barrier) == (("10.0.0.9",), (PC,), Barrier.SPREAD)


def test_fires_on_a_correlation_and_not_on_its_parts():
    joint = b"title: Many\ncorrelation:\n  type: event_count\n  rules: [part]\n  group-by: [User]\n  timespan: 1m\n  condition: {gte: 3}\nlevel: high\ntags: [attack.t1110]\n"
    known = read_rules([RuleText(file="j.yml", content=joint), one_rule("Image", "try", name="part")])
    events = [event(at, Image="try", User="ann") for at in (0, 10)] + [event(20, Image="try", User="bob")]
    assert found(events, known) == ()
    (one,) = found([*events, event(30, Image="try", User="ann")], known)
    assert (one.technique, str(one.title)) == ("T1110", f"“Many” on {PC}")


def test_quiet_when_nothing_matches():
    assert found([event(Image="good"), event(channel="Other", event_id=7, Image="evil")]) == ()


def test_quiet_without_a_rule_about_events():
    assert DETECTOR.watch(context(RuleSet())) is None


def test_quiet_on_what_a_machine_does_all_day():
    habit = [event(at * 300, Image="odd") for at in range(72)]
    assert found(habit) == ()
    burst = [event(at, Image="odd") for at in range(72)]
    assert len(found(burst)) == 1


def test_computers_are_bounded(monkeypatch):
    monkeypatch.setattr(watching, "COMPUTERS", 2)
    events = [event(at, computer=f"pc-{at}", Image="evil") for at in range(5)]
    assert {one.sources for one in found(events)} == {("pc-0",), ("pc-1",)}


def happenings(random):
    events = []
    for _ in range(random.randrange(5, 40)):
        at = random.choice((random.random() * 2 * HOUR, random.random() * 30 * HOUR))
        computer = random.choice(("pc-1", "pc-2"))
        image = random.choice(("evil", "odd", "faint", "dump", "good"))
        events.append(event(at, computer, Image=image, User=random.choice(("somebody", "root", ""))))
    return events + [event(at * 120, "pc-3", Image="odd") for at in range(random.randrange(80))]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.data())
def test_findings_do_not_depend_on_where_the_stream_is_cut(seed, data):
    events = happenings(Random(seed))
    whole = found(events)
    for one in whole:
        assert one.first_seen <= one.detected_at <= one.last_seen
    cuts = data.draw(st.lists(st.integers(0, len(events)), max_size=6))
    assert found(events, cuts=cuts) == whole


def test_one_event_at_a_time_gives_the_same_findings():
    events = happenings(Random(11))
    assert found(events, cuts=range(1, len(events))) == found(events) != ()


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_restart_changes_nothing(cut):
    rows = table(happenings(Random(4)))
    folded = start(context(), [DETECTOR])
    folded.step({Kind.EVENT: rows[:cut]})
    again = restore(folded.save(), context(), [DETECTOR])
    again.step({Kind.EVENT: rows[cut:]})
    whole = start(context(), [DETECTOR])
    whole.step({Kind.EVENT: rows})
    assert again.findings() == whole.findings() != ()
