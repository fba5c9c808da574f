from cloison.ingest.format import Tally


def test_a_tally_begins_at_nothing_and_shares_nothing():
    one, other = Tally(), Tally()
    one.remarks.append("x")
    assert (other.rejected, other.unused, other.remarks) == (0, 0, [])
