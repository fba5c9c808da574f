from cloison.model.reading import Refusal, Source
from cloison.words import say


def test_a_source_counts_nothing_until_told():
    source = Source(path="conn.log", format="zeek-tsv")
    assert (source.records, source.rejected, source.unused, source.late, source.remarks) == (0, 0, 0, 0, ())


def test_a_refusal_says_why_and_what_to_do():
    refusal = Refusal(path="x.bin", code="unreadable-source", reason=say("no format knows it"), fix=say("leave it out"))
    assert str(refusal.reason) == "no format knows it"
    assert hash(refusal) == hash(refusal)
