from cloison.ingest.format import Tally, weight_of
from cloison.ingest.formats.eve import Eve
from cloison.ingest.formats.evtx import Evtx


def test_a_tally_begins_at_nothing_and_shares_nothing():
    one, other = Tally(), Tally()
    one.remarks.append("x")
    assert (other.rejected, other.unused, other.remarks) == (0, 0, [])


def test_a_format_weighs_one_connection_unless_it_says_more():
    assert weight_of(Eve()) == 1
    assert weight_of(Evtx()) > 1
