from tests.rehearse.range.furnished import errand

from cloison.rehearse.range.traffic.errand import read_errands, write_errands


def test_errands_come_back_from_their_file_in_order_of_time(tmp_path):
    late = errand("images", "scanner", "pacs", 104, number=1, at=9.5, items=3, sort="CT")
    early = errand("messages", "poste", "interfaces", 2575, number=2, at=0.25, flow="messages")
    write_errands([late, early], tmp_path / "zone.jsonl")
    assert list(read_errands(tmp_path / "zone.jsonl")) == [early, late]


def test_an_item_has_the_same_name_at_each_try():
    one = errand("images", "scanner", "pacs", 104, number=7, items=2)
    assert [one.name(item) for item in range(2)] == ["7.0", "7.1"]
