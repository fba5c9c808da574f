import pytest
from tests.ops.people import NOW

from cloison.errors import BadValueError
from cloison.ops.settings import set_locking, set_on_call
from cloison.store.database import Database
from cloison.store.settings import LOCKING, ON_CALL, Locking, OnCall


def test_who_is_on_call_is_kept_tidy_and_may_be_unsaid(tmp_path):
    database = Database.at(tmp_path)
    set_on_call(database, " A.  Durand ", " 01 99 00 00 00", by="T. Clef", now=NOW)
    assert ON_CALL.of(database) == OnCall(name="A. Durand", telephone="01 99 00 00 00")
    set_on_call(database, "", "", by="T. Clef", now=NOW)
    assert ON_CALL.of(database) == OnCall()


@pytest.mark.parametrize(("name", "telephone"), [("x" * 81, ""), ("", "0" * 81), ("a\u202eb", ""), ("", "\x1b")])
def test_what_would_not_fit_the_top_of_a_page_is_refused(tmp_path, name, telephone):
    with pytest.raises(BadValueError):
        set_on_call(Database.at(tmp_path), name, telephone, by="", now=NOW)


def test_sessions_lock_within_bounds(tmp_path):
    database = Database.at(tmp_path)
    set_locking(database, " 5 ", "12", by="", now=NOW)
    assert LOCKING.of(database) == Locking(idle_minutes=5, session_hours=12)
    for idle, hours in (("0", "12"), ("121", "12"), ("5", "73"), ("", "1"), ("-1", "1"), ("1e1", "1"), ("٣", "1")):
        with pytest.raises(BadValueError):
            set_locking(database, idle, hours, by="", now=NOW)
