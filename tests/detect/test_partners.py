from datetime import timedelta

import polars as pl

from cloison.detect.firsts import DAY
from cloison.detect.partners import STRANGERS, Partners
from cloison.detect.places import address_key


def calls(*rows):
    table = pl.DataFrame(rows, schema={"clock": pl.Int64(), "src": pl.String(), "dst": pl.String()}, orient="row")
    return table.with_columns(src_key=address_key("src"), dst_key=address_key("dst"))


def partners(*rows):
    known = Partners(settled=timedelta(days=1), strange=timedelta(hours=24))
    for source, target, clock in known.new(calls(*rows)).select("src", "dst", "clock").iter_rows():
        known.come(source, target, clock)
    return known


def test_a_new_client_of_a_settled_server_is_a_stranger_for_a_day():
    known = partners((0, "a", "server"), (DAY // 2, "b", "server"), (2 * DAY, "c", "server"), (2 * DAY, "a", "server"))
    assert known.is_stranger("c", "server", 2 * DAY + 1)
    assert not known.is_stranger("c", "server", 3 * DAY + 1)
    assert not any(known.is_stranger(one, "server", 2 * DAY + 1) for one in "ab")


def test_nobody_is_a_stranger_to_a_new_server():
    known = partners((0, "a", "server"), (2 * DAY, "c", "server"), (2 * DAY, "c", "another"))
    assert known.is_stranger("c", "server", 2 * DAY)
    assert not known.is_stranger("c", "another", 2 * DAY + 1)


def test_strangers_are_bounded():
    known = partners((0, "a", "server"), *((2 * DAY + i, f"c{i}", "server") for i in range(STRANGERS + 9)))
    assert len(known.strangers) == STRANGERS
