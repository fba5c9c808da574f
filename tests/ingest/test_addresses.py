from ipaddress import ip_address

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.addresses import canonical, group_address, spelt


@given(st.one_of(st.ip_addresses(), st.ip_addresses(v=6).map(lambda a: a.exploded.upper())))
def test_every_address_gets_its_canonical_spelling(address):
    table = canonical(pl.DataFrame({"src": [str(address)]}), "src")
    expected = ip_address(str(address))
    assert table["src"][0] == str(getattr(expected, "ipv4_mapped", None) or expected)


@pytest.mark.parametrize(
    "text", ["", "-", "a host", "192.0.2.256", "192.0.2", "1.2.3.4.5", "fe80::1::2", "\N{ARABIC-INDIC DIGIT ONE}.2.3.4"]
)
def test_what_is_no_address_becomes_null(text):
    table = canonical(pl.DataFrame({"src": [text, "192.0.2.1", None]}), "src")
    assert table["src"].to_list() == [None, "192.0.2.1", None]


def test_a_mapped_address_is_the_same_host():
    assert canonical(pl.DataFrame({"src": ["::ffff:192.0.2.1"]}), "src")["src"][0] == "192.0.2.1"


@given(st.lists(st.one_of(st.none(), st.text(max_size=4), st.ip_addresses().map(str), st.just("2001:DB8::01"))))
def test_well_spelt_is_what_stays_as_it_is(texts):
    table = pl.DataFrame({"src": texts}, schema={"src": pl.String})
    assert spelt(table["src"]).tolist() == canonical(table, "src")["src"].eq_missing(table["src"]).to_list()


@given(st.ip_addresses())
def test_group_addresses_are_multicast_and_the_limited_broadcast(address):
    text = str(address)
    expected = address.is_multicast or text == "255.255.255.255"
    assert pl.DataFrame({"dst": [text]}).select(group_address(pl.col("dst"))).item() is expected
