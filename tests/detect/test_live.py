from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.traffic import batch, busy_office, fold, in_order, intrusion, sweep

from cloison.detect.detector import Context
from cloison.detect.fold import restore
from cloison.detect.live import Live
from cloison.model.addressing import AddressBook


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_the_last_word_on_each_finding_is_what_a_folder_gives(seed, data):
    random = Random(seed)
    rows = in_order([*busy_office(random), *intrusion(random)])
    whole = fold()
    whole.step(batch(rows))
    live, heard = Live(fold()), {}
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=8)))
    for first, last in pairwise([0, *cuts, len(rows)]):
        heard.update((finding.id, finding) for finding in live.step(batch(rows[first:last])))
    assert heard == {finding.id: finding for finding in whole.findings()}


def test_an_attack_is_told_when_it_is_convicted_and_not_again_while_nothing_comes():
    rows = in_order(sweep("10.1.0.1", machines=30))
    live = Live(fold())
    told = [live.step(batch([row])) for row in rows]
    first = next(place for place, news in enumerate(told) if news)
    assert told[first][0].detected_at == rows[first]["seen_at"]
    assert live.step({}) == ()


def test_what_was_told_before_a_restart_is_not_told_again():
    live = Live(fold())
    assert live.step(batch(in_order(sweep("10.1.0.1", machines=30))))
    again = Live(restore(live.fold.save(), Context(book=AddressBook(None))))
    assert again.step({}) == ()
