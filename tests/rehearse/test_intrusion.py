import re
from dataclasses import replace
from datetime import timedelta

import polars as pl
from tests.rehearse.written import START

from cloison.rehearse.day import write_day
from cloison.rehearse.declared import Declared


def outsiders(troubled):
    """Addresses that the intruder uses outside."""
    return {t for act in troubled.truth.acts if act.technique in {"T1071.001", "T1048.002"} for t in act.targets}


def test_a_quiet_day_has_no_act_and_no_trace_of_the_intruder(quiet, troubled):
    assert quiet.truth.acts == ()
    for log in ("conn", "dns", "ssl"):
        text = (quiet.folder / f"{log}.log").read_text()
        assert not any(f"\t{address}\t" in text for address in outsiders(troubled)), log


def test_the_story_goes_from_a_mail_to_the_data_taken_out(troubled):
    techniques = [act.technique for act in troubled.truth.acts]
    assert techniques[0] == "T1566.001"
    assert techniques[-1] == "T1048.002"
    assert {"T1071.001", "T1046", "T1087.002", "T1110.003", "T1558.003", "T1021.002", "T1003.003", "T1039"} <= set(
        techniques
    )
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in techniques)


def test_acts_are_in_time_order_and_within_the_day(troubled):
    truth = troubled.truth
    assert [act.at for act in truth.acts] == sorted(act.at for act in truth.acts)
    for act in truth.acts:
        assert truth.start <= act.at <= act.until <= truth.start + timedelta(days=1)


def test_every_act_left_connections_from_its_source_to_each_of_its_targets(troubled):
    conn = troubled.conn()
    for act in troubled.truth.acts:
        seen = conn.filter(
            (pl.col("ts") >= act.at.timestamp() - 0.01) & (pl.col("ts") <= act.until.timestamp() + 0.01),
        )
        assert set(act.targets) <= set(seen["id.resp_h"]), act.sentence
        assert act.source in set(seen["id.orig_h"])


def test_it_is_answered_only_where_the_map_lets_it_pass(hospital, troubled, troubled_conn):
    declared = Declared(hospital)
    place = {zone.id: index for index, zone in enumerate(hospital.zones)}
    crossings = (
        troubled_conn.filter(pl.col("conn_state").is_in(["SF", "REJ"]))
        .select("from", "to", "service_asked")
        .unique()
        .rows()
    )
    undeclared = {row for row in crossings if not declared.allows(place[row[0]], place[row[1]], row[2])}
    assert undeclared == {(leak.from_, leak.to, leak.service) for leak in troubled.truth.leaks}


def test_its_sweep_mostly_fails(troubled, troubled_conn):
    sweep = next(act for act in troubled.truth.acts if act.technique == "T1046")
    knocks = troubled_conn.filter(
        (pl.col("id.orig_h") == sweep.source)
        & pl.col("id.resp_p").is_in([445, 3389])
        & (pl.col("ts") >= sweep.at.timestamp())
        & (pl.col("ts") <= sweep.until.timestamp())
    )
    assert len(knocks) > 1000
    assert (knocks["conn_state"] == "SF").mean() < 0.1


def test_about_twenty_gigabytes_leave(troubled_conn, troubled):
    taken = troubled.truth.acts[-1]
    out = troubled_conn.filter((pl.col("id.orig_h") == taken.source) & pl.col("id.resp_h").is_in(taken.targets))
    assert 15e9 < out["orig_bytes"].sum() < 26e9


def test_it_calls_home_from_addresses_next_to_those_that_everyone_uses(troubled):
    servers = set(troubled.log("ssl")["id.resp_h"])
    near = {address.rsplit(".", 1)[0] for address in outsiders(troubled)}
    ordinary = {address for address in servers - outsiders(troubled) if address.rsplit(".", 1)[0] in near}
    assert len(ordinary) > 5


def test_a_remote_program_leaves_the_share_the_file_and_the_service(troubled):
    act = next(a for a in troubled.truth.acts if a.technique == "T1021.002")
    written = troubled.log("smb_files").filter(
        (pl.col("id.orig_h") == act.source) & (pl.col("action") == "SMB::FILE_WRITE")
    )
    assert written["path"].str.ends_with("ADMIN$").any()
    called = troubled.log("dce_rpc").filter(pl.col("id.orig_h") == act.source)
    assert {"CreateServiceW", "StartServiceW"} <= set(called["operation"])


def test_doors_that_the_map_closes_shorten_the_story(hospital, tmp_path):
    left = tuple(c for c in hospital.conduits if c.to != "identite" and c.from_ != "identite")
    truth = write_day(replace(hospital, conduits=left), tmp_path, seed=7, start=START)
    techniques = {act.technique for act in truth.acts}
    assert "T1046" in techniques
    assert not techniques & {"T1003.003", "T1039"}
