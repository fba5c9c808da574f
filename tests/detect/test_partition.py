from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import START, batch, busy_office, flow, fold, in_order, intrusion

from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import NETWORK, Context
from cloison.detect.partition import Team, key_of, share_out
from cloison.model.addressing import AddressBook
from cloison.model.observations import Kind

DETECTORS = known_detectors()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), parts=st.integers(2, 5), data=st.data())
def test_any_split_over_workers_finds_the_same(seed, parts, data):
    random = Random(seed)
    rows = in_order([*busy_office(random), *intrusion(random)])
    cut = data.draw(st.integers(0, len(rows)))
    team, alone = Team(Context(book=AddressBook(None)), parts), fold()
    for part in (rows[:cut], rows[cut:]):
        team.step(batch(part))
        alone.step(batch(part))
    assert team.findings() == alone.findings()


def test_a_whole_catalogue_finds_the_same_on_a_stream_with_late_rows():
    random = Random(5)
    rows = in_order([*busy_office(random), *intrusion(random)])
    for place in random.sample(range(100, len(rows)), 40):
        rows[place], rows[place - 90] = rows[place - 90], rows[place]
    team, alone = Team(Context(book=AddressBook(None)), 3), fold()
    for folded in (team, alone):
        folded.step(batch(rows))
    assert team.findings() == alone.findings() != ()
    assert team.late >= alone.late > 0


def test_every_record_is_seen_by_one_worker_of_each_key():
    rows = batch(in_order([flow(i, f"10.1.0.{i % 50}", "10.2.0.1") for i in range(200)]))
    shares = [share for share in share_out(DETECTORS, 4) if share.key == "src"]
    assert len(shares) == 4
    parts = [share.rows(rows).get(Kind.FLOW) for share in shares]
    assert sum(part.height for part in parts if part is not None) == 200
    hosts = [set(part["src"]) for part in parts if part is not None]
    assert len(set().union(*hosts)) == sum(len(them) for them in hosts) == 50


def test_shares_have_names_of_their_own():
    names = [share.name for share in share_out(DETECTORS, 3)]
    assert len(set(names)) == len(names)


def test_a_detector_of_rows_without_its_key_sees_everything():
    assert all(key_of(detector) in {"src", "dst", "computer", NETWORK} for detector in DETECTORS)
    assert START.tzinfo is not None
