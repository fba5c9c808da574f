from dataclasses import replace

import polars as pl

from cloison.model.hospital import Conduit
from cloison.rehearse import leaks
from cloison.rehearse.habit import Day


def test_each_known_leak_is_in_the_traffic_and_answered(quiet, quiet_conn):
    assert len(quiet.truth.leaks) == len(leaks.LEAKS)
    for leak in quiet.truth.leaks:
        seen = quiet_conn.filter(
            (pl.col("from") == leak.from_) & (pl.col("to") == leak.to) & (pl.col("service_asked") == leak.service)
        )
        assert (seen["conn_state"] == "SF").any(), leak.sentence


def test_leaks_are_a_trickle(quiet, quiet_conn):
    pairs = {(leak.from_, leak.to, leak.service) for leak in quiet.truth.leaks}
    through = sum(row in pairs for row in quiet_conn.select("from", "to", "service_asked").iter_rows())
    assert through < 0.01 * len(quiet_conn)


def test_what_the_map_declares_is_no_leak_any_more(hospital):
    desk_to_pacs = Conduit(id="new", from_="administration", to="imagerie-serveurs", services=("tcp/443",))
    told = replace(hospital, conduits=(*hospital.conduits, desk_to_pacs))
    known = leaks.live(Day(told, 1))
    assert ("administration", "imagerie-serveurs", "tcp/443") not in {(k.from_, k.to, k.service) for k in known}
