from cloison.ingest.listen_spool import Spool, segments


def content(folder, name):
    return [(folder / one).read_bytes() for one, _ in segments(folder, name)]


def test_a_record_is_never_cut_in_two_by_a_new_segment(tmp_path, monkeypatch):
    monkeypatch.setattr("cloison.ingest.listen_spool.SEGMENT_BYTES", 10)
    spool = Spool(tmp_path)
    for number in range(5):
        spool.add("flows-", b"%06d" % number, 0.0)
    spool.close()
    assert content(tmp_path, "flows-") == [b"000000000001", b"000002000003", b"000004"]


def test_what_was_added_is_seen_once_flushed(tmp_path):
    spool = Spool(tmp_path)
    spool.add("flows-", b"one", 0.0)
    assert content(tmp_path, "flows-") == [b""]
    spool.flush()
    assert content(tmp_path, "flows-") == [b"one"]
    spool.close()


def test_numbering_goes_on_after_a_restart(tmp_path):
    for _ in range(2):
        spool = Spool(tmp_path)
        spool.add("syslog/eve-", b"{}\n", 0.0)
        spool.close()
    assert [name for name, _ in segments(tmp_path / "syslog", "eve-")] == ["eve-00000001.log", "eve-00000002.log"]


def test_an_old_segment_ends(tmp_path):
    spool = Spool(tmp_path)
    spool.add("flows-", b"a", 0.0)
    spool.add("flows-", b"b", 1e6)
    spool.close()
    assert content(tmp_path, "flows-") == [b"a", b"b"]


def test_on_a_full_disk_records_are_counted_and_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("cloison.ingest.listen_spool.DISK_LEFT", 1 << 62)
    spool = Spool(tmp_path)
    spool.add("flows-", b"a", 0.0)
    spool.close()
    assert spool.refused == 1
    assert segments(tmp_path, "flows-") == []


def test_only_the_owner_may_read_the_spool(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.add("syslog/eve-", b"{}\n", 0.0)
    spool.close()
    for path in (tmp_path / "spool").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
