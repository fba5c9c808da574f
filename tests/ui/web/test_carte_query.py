from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from cloison.model.hospital import ZoneId
from cloison.ui.web.carte_query import MOST_OPEN, PLAN, Query, address_of_zone

KEYS = st.text(max_size=12)
VIEWS = st.builds(
    Query,
    opened=st.none() | st.lists(KEYS, min_size=1, max_size=5).map(tuple),
    on=KEYS,
    care=KEYS,
    find=KEYS.map(str.strip),
    view=st.sampled_from(["coupe", PLAN]),
    at=st.none() | st.integers(0, 99_999),
)


def asked(address):
    return Query.of(QueryParams(address.partition("?")[2]))


@given(VIEWS)
def test_an_address_leads_back_to_its_view(view):
    assert asked(view.address) == view


@given(VIEWS, KEYS)
def test_a_place_is_opened_beside_the_others(view, key):
    before = tuple(each for each in view.opened or () if each != key)
    assert view.opening(key, (key, *before)).opened == (*before, key)


def test_what_makes_no_sense_is_passed_over():
    long = "&".join(f"ouvert=zone:{n}" for n in range(90))
    view = asked(f"/carte?{long}&instant=demain&vue=autre&lieu={'x' * 9000}")
    assert len(view.opened) == MOST_OPEN
    assert (view.at, view.view) == (None, "coupe")
    assert len(view.on) < 9000


def test_a_compartment_has_an_address():
    assert address_of_zone(ZoneId("a&b")) == "/carte?lieu=zone%3Aa%26b#details"
