import polars as pl


def test_the_building_is_polled_day_and_night(quiet_conn):
    modbus = quiet_conn.filter(pl.col("service") == "modbus")
    assert set(modbus["from"]) == {"technique-batiment"}
    assert modbus.group_by(pl.col("at").floor()).len().height == 24


def test_cameras_send_to_their_recorder(quiet_conn):
    video = quiet_conn.filter(pl.col("service") == "rtsp")
    assert video["id.orig_h"].n_unique() == 1
    assert video["resp_bytes"].sum() > 10e9


def test_telephones_call_each_other_and_the_operator_by_the_declared_line(quiet_conn):
    calls = quiet_conn.filter(pl.col("from") == "telephonie")
    assert "rtp" in set(calls["service"])
    assert set(calls.filter(pl.col("to") == "internet")["service_asked"]) == {"udp/5060"}
