import polars as pl


def test_desks_sleep_at_night(quiet_conn):
    office = quiet_conn.filter(pl.col("from") == "administration")
    assert office.filter(pl.col("at") < 5).is_empty()
    assert office.filter(pl.col("at").is_between(9, 11)).height > 1000


def test_some_desks_look_for_a_server_that_is_gone(quiet_conn):
    answering = quiet_conn.filter(pl.col("conn_state") == "SF")["id.resp_h"].unique().to_list()
    desks = (pl.col("from") == "administration") & (pl.col("to") == "serveurs-bureautiques")
    lost = quiet_conn.filter(desks & (pl.col("id.resp_p") == 445) & ~pl.col("id.resp_h").is_in(answering))
    assert lost["id.orig_h"].n_unique() > 10
    assert set(lost["conn_state"]) == {"S0"}


def test_files_are_read_more_than_written(quiet):
    actions = quiet.log("smb_files")["action"]
    assert 0 < (actions == "SMB::FILE_WRITE").sum() < (actions == "SMB::FILE_OPEN").sum() / 3


def test_mail_brings_attachments_of_the_usual_kinds(quiet):
    files = quiet.log("files")
    assert len(files) > 100
    assert "application/zip" in set(files["mime_type"])


def test_presence_messages_are_as_regular_as_a_beacon(quiet_conn, quiet):
    chat = quiet.log("ssl").filter(pl.col("server_name").str.contains("messagerie-instantanee"))
    one = chat.group_by("id.orig_h").len().sort("len", descending=True)["id.orig_h"][0]
    at = quiet_conn.filter(pl.col("uid").is_in(chat.filter(pl.col("id.orig_h") == one)["uid"].to_list()))["ts"].sort()
    gaps = at.diff().drop_nulls()
    assert len(gaps) > 30
    off = (gaps - gaps.median()).abs()
    assert off.median() < 0.06 * gaps.median()


def test_printers_are_reached_by_their_server_only(quiet_conn):
    printed = quiet_conn.filter(pl.col("id.resp_p") == 9100)
    assert printed["id.orig_h"].n_unique() == 1
