from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.chart.maps import SMALL
from tests.detect.traffic import HOUR, START, batch, flow, in_order

from cloison.chart import census
from cloison.chart.outlook import Span
from cloison.model.addressing import AddressBook
from cloison.model.leak import LeakKind
from cloison.model.reading import Source
from cloison.ops.charting import TRAFFIC
from cloison.ops.search import HISTORY
from cloison.ops.sightings import Lookout, Sightings, leak_lines
from cloison.store.history import History, Keeping
from cloison.store.traffic import KeptTraffic, keep

MAP = Path("hospital.toml")
ASSETS = [each for each in SMALL.assets if each.addresses]
ONE, OTHER = ASSETS[0], next(each for each in ASSETS if each.zone != ASSETS[0].zone)
HERE, THERE = str(ONE.addresses[0]), str(OTHER.addresses[0])


def seen(home, *flows):
    kept = History(home / HISTORY, Keeping(), now=datetime(2030, 1, 1, tzinfo=UTC))
    kept.add(batch(in_order(list(flows))))
    kept.close()


def test_a_home_where_nothing_was_read_tells_nothing(tmp_path):
    assert Lookout(tmp_path).sightings(SMALL, MAP) == Sightings()


def test_what_was_answered_shows_a_passage_and_both_machines(tmp_path):
    seen(tmp_path, flow(0, HERE, THERE), flow(30 * HOUR, HERE, THERE))
    told = Lookout(tmp_path).sightings(SMALL, MAP)
    first, last = START, START + timedelta(hours=30)
    span = told.passages[ONE.zone, OTHER.zone]
    assert (span.first, abs(span.last - last) < timedelta(minutes=5)) == (first, True)
    assert told.machines[ONE.id].first == first
    assert set(told.machines) == {ONE.id, OTHER.id}
    assert told.report is None


def test_who_was_called_and_did_not_answer_was_not_seen(tmp_path):
    seen(tmp_path, flow(0, HERE, THERE, answered=False))
    told = Lookout(tmp_path).sightings(SMALL, MAP)
    assert told.passages == {}
    assert set(told.machines) == {ONE.id}


def test_more_traffic_is_seen_at_the_next_look(tmp_path):
    lookout = Lookout(tmp_path)
    seen(tmp_path, flow(0, HERE, THERE))
    before = lookout.sightings(SMALL, MAP)
    assert lookout.sightings(SMALL, MAP) is before
    seen(tmp_path, flow(5 * HOUR, THERE, HERE))
    assert (OTHER.zone, ONE.zone) in lookout.sightings(SMALL, MAP).passages


def test_leaks_come_from_the_traffic_of_the_last_learning(tmp_path):
    known = census.start(AddressBook(SMALL))
    known.add(batch(in_order([flow(0, HERE, THERE, dst_port=9999), flow(9, THERE, HERE, dst_port=9999)])))
    sources = (Source(path="/logs/conn.log", format="zeek-conn"),)
    keep(tmp_path / TRAFFIC / MAP.stem, known.edges(), KeptTraffic(sources=sources, until=START))
    told = Lookout(tmp_path).sightings(SMALL, MAP)
    assert told.sources == sources
    undeclared = [leak for leak in told.report.leaks if leak.kind is LeakKind.UNDECLARED]
    lines = leak_lines(told.report.leaks, AddressBook(SMALL))
    assert told.leaks == lines
    assert len(lines) == len(undeclared) > 0
    assert {(line.src, line.dst) for line in lines} <= {(ONE.id, OTHER.id), (OTHER.id, ONE.id)}
    assert told.machines[ONE.id] == Span(first=told.machines[ONE.id].first, last=told.machines[ONE.id].last)
