from evaluation.runs import outcome
from evaluation.worker import work

CONN = (
    "#separator \\x09\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n"
    "1772409600.1\tC1\t10.0.0.1\t4000\t10.0.0.2\t443\ttcp\tSF\n"
    "1772413200.1\tC2\t10.0.0.1\t4001\t198.51.100.2\t443\ttcp\tSF\n"
    "1772413200.2\tC3\t10.0.0.1\t4001\t10.0.0.99\t443\ttcp\tS0\n"
)


def test_a_recording_is_analysed_and_its_machines_counted(tmp_path):
    (tmp_path / "conn.log").write_text(CONN)
    read = outcome(work({"paths": [str(tmp_path)]}))
    assert (read.records, read.inside, round(read.hours, 3), read.findings) == (3, 2, 1.0, ())


def test_a_long_silence_counts_for_an_hour(tmp_path):
    later = CONN.replace("1772413200.1\tC2", "1779999999.1\tC2").replace("1772413200.2\tC3", "1779999999.2\tC3")
    (tmp_path / "conn.log").write_text(later)
    assert outcome(work({"paths": [str(tmp_path)]})).hours == 1.0


def test_what_cannot_be_read_is_an_outcome_with_its_reason(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
    assert outcome(work({"paths": [str(tmp_path)]})).error.startswith("nothing read: ")
