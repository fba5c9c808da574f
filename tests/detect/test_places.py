import polars as pl
import pytest

from cloison.detect.places import Places, address_key, joined_key
from cloison.model.addressing import AddressBook


def located(*pairs):
    return Places(AddressBook(None)).locate(pl.DataFrame(pairs, schema=["src", "dst"], orient="row"))


@pytest.mark.parametrize(
    ("address", "inside", "outside"),
    [
        ("10.1.2.3", True, False),
        ("fd00::1", True, False),
        ("198.51.100.1", False, True),
        ("224.0.0.251", False, False),
        ("255.255.255.255", False, False),
        ("ff02::fb", False, False),
        ("127.0.0.1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104  # an address in a log
        ("a name", False, False),
    ],
)
def test_an_address_is_inside_outside_or_no_machine(address, inside, outside):
    row = located(("10.0.0.1", address)).row(0, named=True)
    assert (row["dst_inside"], row["dst_outside"]) == (inside, outside)


def test_rows_keep_their_order():
    rows = located(*((f"10.0.0.{i % 7}", f"10.0.1.{i}") for i in range(100)))
    assert rows["dst"].to_list() == [f"10.0.1.{i}" for i in range(100)]


def test_an_address_has_one_key_whatever_its_table():
    one = pl.DataFrame({"a": ["10.0.0.1", "10.0.0.2"]}).select(address_key("a")).to_series()
    other = pl.DataFrame({"b": ["10.0.0.2"]}).select(address_key("b")).to_series()
    assert one[1] == other[0]
    assert one[0] != one[1]


def test_a_pair_is_not_its_reverse():
    keys = pl.DataFrame({"a": [1, 2], "b": [2, 1]}).select(joined_key(pl.col("a"), pl.col("b"))).to_series()
    assert keys[0] != keys[1]
