import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.rehearse.range.furnished import errand

from cloison.rehearse.range.traffic.ledger import CARE, OTHER, Count, Ledger, tally

IMAGES = errand("images", "scanner", "pacs", 104, flow="modalites>pacs", conduit="a>b", items=3)


def test_what_was_lost_is_named_and_a_retry_is_a_delay(tmp_path):
    with Ledger(tmp_path) as ledger:
        for item in range(3):
            ledger.sent(IMAGES, item)
        ledger.acknowledged(IMAGES, 0, 0.2)
        ledger.retried(IMAGES, 1)
        ledger.acknowledged(IMAGES, 1, 4.5)
        ledger.retried(IMAGES, 2)
        ledger.lost(IMAGES, 2)
    (count,) = tally(tmp_path / CARE).values()
    assert (count.sent, count.acknowledged, count.lost, count.retries, count.delayed) == (3, 2, 1, 2, 1)
    assert count.slowest == 4.5
    assert [item for item, _ in count.lost_items] == ["1.2"]
    assert count.under_way == 0


@given(st.lists(st.sampled_from(["sent", "acknowledged", "lost"]), max_size=12))
def test_what_is_sent_is_acknowledged_lost_or_under_way(tmp_path_factory, ends):
    folder = tmp_path_factory.mktemp("ledger")
    with Ledger(folder) as ledger:
        for item, end in enumerate(ends):
            ledger.sent(IMAGES, item)
            if end == "acknowledged":
                ledger.acknowledged(IMAGES, item, 1.0)
            elif end == "lost":
                ledger.lost(IMAGES, item)
    count = tally(folder / CARE).get("modalites>pacs", Count())
    assert (count.sent, count.under_way) == (len(ends), ends.count("sent"))


def test_care_and_the_rest_are_counted_apart_and_by_what_one_asks(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.sent(errand("pages", "poste", "dossier", 443, conduit="unites>serveurs"), 0)
    assert tally(tmp_path / CARE) == {}
    assert set(tally(tmp_path / OTHER, by="conduit")) == {"unites>serveurs"}
    assert set(tally(tmp_path / OTHER, by="habit")) == {"pages"}
    assert tally(tmp_path / "nothing.jsonl") == {}


def test_only_items_first_tried_between_two_moments_count_and_a_line_half_written_does_not(tmp_path):
    with Ledger(tmp_path) as ledger:
        ledger.sent(IMAGES, 0)
        ledger.acknowledged(IMAGES, 0, 0.1)
    path, now = tmp_path / CARE, datetime.now(UTC)
    with path.open("a") as file:
        later = (now + timedelta(hours=1)).isoformat()
        file.write(json.dumps({**json.loads(path.read_text().splitlines()[0]), "at": later, "item": "9.0"}) + "\n")
        file.write('{"at": "2026')
    before, after = tally(path, until=now + timedelta(minutes=1)), tally(path, since=now + timedelta(minutes=1))
    assert before["modalites>pacs"] == Count(sent=1, acknowledged=1, slowest=0.1)
    assert after["modalites>pacs"] == Count(sent=1)
