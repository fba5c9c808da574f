import polars as pl


def test_modalities_send_their_images_to_the_pacs(quiet_conn):
    sent = quiet_conn.filter(
        (pl.col("from") == "imagerie") & (pl.col("service_asked") == "tcp/104") & (pl.col("orig_bytes") > 1e6)
    )
    assert set(sent["to"]) == {"imagerie-serveurs"}
    assert len(sent) > 300
    assert 1e6 < sent["orig_bytes"].median() < 500e6


def test_urgent_examinations_leave_for_the_night_reader(quiet_conn):
    out = quiet_conn.filter((pl.col("from") == "imagerie-serveurs") & (pl.col("to") == "internet"))
    assert out["orig_bytes"].sum() > 5e9
    assert out.filter(pl.col("at").is_between(8, 16)).is_empty()


def test_laboratory_and_pharmacy_talk_to_the_patient_record_day_and_night(quiet_conn):
    for zone in ("laboratoire", "pharmacie", "reanimation-bloc"):
        messages = quiet_conn.filter(
            (pl.col("from") == zone) & (pl.col("to") == "dossier-patient") & (pl.col("service_asked") == "tcp/2575")
        )
        assert messages.filter(pl.col("at") < 6).height > 0, zone


def test_monitors_never_stop(quiet_conn):
    monitors = quiet_conn.filter(pl.col("service_asked") == "tcp/2050")
    assert monitors.group_by(pl.col("at").floor()).len().height == 24
