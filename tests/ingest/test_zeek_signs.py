import pytest

from cloison.ingest.zeek_signs import stream_of


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("ts uid id.orig_h conn_state", "conn"),
        ("ts query qtype_name", "dns"),
        ("ts trans_depth method", "http"),
        ("ts trans_depth method call_id", "sip"),
        ("ts established resumed cipher", "ssl"),
        ("ts fuid depth source", "files"),
        ("ts action name id.orig_h", "smb_files"),
        ("ts note msg", "notice"),
        ("ts host", ""),
    ],
)
def test_a_log_that_does_not_say_its_name_is_told_by_its_columns(columns, name):
    assert stream_of(frozenset(columns.split())) == name
