from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from cloison.errors import UnknownIdError
from cloison.model.logbook import Author, Draft
from cloison.store.database import Database
from cloison.store.logbook import TOPIC, check, entries, write
from cloison.words import say, verbatim

NOW = datetime(2026, 1, 1, 2, 41, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    return Database.at(tmp_path)


def said(words, **more):
    return Draft(author="A. Durand", account="a", kind=Author.PERSON, text=verbatim(words), **more)


def test_what_is_written_reads_back_newest_first_and_open_pages_are_told(database):
    before = database.revision(TOPIC)
    first = write(database, said("directeur prévenu", case="c"), NOW)
    machine = Draft(
        author="seal",
        kind=Author.MACHINE,
        text=say("{n} doors shut at {moment}", n=3, moment=NOW),
        case="c",
        drill=True,
    )
    second = write(database, machine, NOW)
    assert entries(database) == (second, first)
    assert database.revision(TOPIC) == before + 2
    assert entries(database, kind=Author.MACHINE) == (second,)
    assert entries(database, case="d") == ()
    assert entries(database, before=2, limit=1) == (first,)


def test_a_correction_is_a_new_entry_that_names_the_old(database):
    write(database, said("02:50 câble retiré"), NOW)
    assert write(database, said("02:52, et non 02:50", refers_to=1), NOW).draft.refers_to == 1
    for number in (0, 3, 99):
        with pytest.raises(UnknownIdError):
            write(database, said("x", refers_to=number), NOW)
    assert check(database).entries == 2


@pytest.mark.parametrize(
    "alteration",
    [
        "UPDATE logbook SET author='B. Martin' WHERE number=2",
        "UPDATE logbook SET document=replace(document, 'deux', 'trois') WHERE number=2",
        "UPDATE logbook SET at='2026-01-01T02:40:00.000000+00:00' WHERE number=2",
        "UPDATE logbook SET drill=1 WHERE number=2",
        "DELETE FROM logbook WHERE number=2",
    ],
)
def test_whoever_alters_an_entry_is_found_out(database, alteration):
    for words in ("un", "deux", "trois"):
        write(database, said(words), NOW)
    assert check(database).broken_at is None
    with database.write() as connection:
        connection.execute(text(alteration))
    assert check(database).broken_at == 2


def test_a_tail_that_was_cut_off_changes_the_hash_that_was_printed(database):
    for words in ("un", "deux"):
        write(database, said(words), NOW)
    printed = check(database).hash
    with database.write() as connection:
        connection.execute(text("DELETE FROM logbook WHERE number=2"))
    assert check(database).hash != printed


def test_many_who_write_at_once_make_one_chain(database):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: write(database, said(f"entrée {n}"), NOW), range(24)))
    chain = check(database)
    assert (chain.entries, chain.broken_at) == (24, None)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_words_keep_the_chain_whole(database, words):
    written = write(database, said(words), NOW)
    assert entries(database, limit=1) == (written,)
    assert check(database).broken_at is None
