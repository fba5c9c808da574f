import polars as pl


def test_administrators_go_to_many_servers(quiet_conn):
    sessions = quiet_conn.filter(
        (pl.col("from") == "supervision")
        & pl.col("service").is_in(["rdp", "ssh", "http"])
        & pl.col("at").is_between(7, 20)
    )
    reach = sessions.group_by("id.orig_h").agg(pl.col("id.resp_h").n_unique())["id.resp_h"]
    assert reach.max() >= 15


def test_a_legitimate_tool_starts_services_by_the_dozen(quiet):
    started = quiet.log("dce_rpc").filter(pl.col("operation") == "StartServiceW")
    assert started["id.orig_h"].n_unique() == 1
    assert started["id.resp_h"].n_unique() > 15


def test_the_vulnerability_scanner_knocks_at_night_mostly_in_vain(quiet_conn):
    scan = quiet_conn.filter(
        pl.col("id.orig_h") == "10.90.0.22", pl.col("at").is_between(1, 4), pl.col("id.resp_p") != 53
    )
    assert scan["id.resp_h"].n_unique() > 1000
    assert scan["conn_state"].is_in(["S0", "REJ"]).mean() > 0.8


def test_backups_are_large_and_leave_the_hospital_at_night(quiet_conn):
    copies = quiet_conn.filter(pl.col("service_asked") == "tcp/10006")
    assert copies["resp_bytes"].sum() > 50e9
    assert copies.filter(pl.col("at").is_between(7, 20)).is_empty()
    away = quiet_conn.filter((pl.col("from") == "sauvegardes") & (pl.col("to") == "internet"))
    assert away["orig_bytes"].sum() > 20e9
    assert away["at"].max() < 6


def test_a_manufacturer_works_through_the_declared_box(quiet_conn):
    remote = quiet_conn.filter((pl.col("from") == "fournisseurs") & (pl.col("service") == "rdp"))
    assert len(remote) > 0
    assert remote["at"].is_between(10, 12).all()
