import json
from datetime import UTC, datetime
from threading import Event, Thread
from time import sleep

import pytest
from tests.enforce.wards import BOTH, hospital

from cloison.enforce.rules import rules_of
from cloison.errors import BadJournalError, UnfinishedSealError, UnwritableFileError
from cloison.model.sealing import Record, SealId, Step
from cloison.store.journal import JOURNAL, Journal, is_held, records_now

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BEGIN = Record(at=NOW, step=Step.BEGIN, done=True, seal=SealId("s"), rules=rules_of(BOTH, hospital()).points)
END = Record(at=NOW, step=Step.END, done=True, seal=SealId("s"), said=(("approved by", "A. Durand"), ("é", "\n")))


@pytest.fixture
def home(tmp_path):
    with Journal(tmp_path) as journal:
        journal.write(BEGIN)
        journal.write(END)
    return tmp_path


def test_what_is_written_reads_back(home):
    with Journal(home) as journal:
        assert journal.records == (BEGIN, END)
    assert (home / JOURNAL).stat().st_mode & 0o077 == 0


def test_a_line_that_a_power_cut_left_unfinished_is_taken_away(home):
    whole = (home / JOURNAL).read_bytes()
    for cut in (1, 40, len(whole.splitlines()[1])):
        (home / JOURNAL).write_bytes(whole[:-cut])
        with Journal(home) as journal:
            assert journal.records == (BEGIN,)
            journal.write(END)
        assert (home / JOURNAL).read_bytes() == whole


@pytest.mark.parametrize("change", [(b"A. Durand", b"B. Durand"), (b'"hash":"', b'"hash":"0'), (b"{", b"", 1)])
def test_an_altered_line_is_found_by_its_number(home, change):
    path = home / JOURNAL
    path.write_bytes(path.read_bytes().replace(*change))
    with pytest.raises(BadJournalError) as told:
        Journal(home)
    assert told.value.where.split(":")[-1] in {"1", "2"}


def test_a_line_taken_out_or_put_elsewhere_breaks_the_chain(home):
    path = home / JOURNAL
    first, second = path.read_bytes().splitlines(keepends=True)
    for content in (second, second + first, first + first):
        path.write_bytes(content)
        with pytest.raises(BadJournalError):
            Journal(home)


def test_garbage_is_refused(tmp_path):
    (tmp_path / JOURNAL).write_text(json.dumps({"hash": "x"}) + "\n")
    with pytest.raises(BadJournalError):
        Journal(tmp_path)


def test_two_commands_do_not_hold_it_at_once(home):
    with Journal(home), pytest.raises(UnfinishedSealError):
        Journal(home)
    with Journal(home):
        pass


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnwritableFileError):
        Journal(tmp_path / "file")


def test_another_reads_what_a_command_writes_while_it_holds_the_journal(home):
    with Journal(home) as journal:
        assert is_held(home)
        assert records_now(home) == (BEGIN, END)
        journal.write(BEGIN)
        assert records_now(home) == (BEGIN, END, BEGIN)
    assert not is_held(home)
    whole = (home / JOURNAL).read_bytes()
    (home / JOURNAL).write_bytes(whole[:-3])
    assert records_now(home) == (BEGIN, END)
    assert (home / JOURNAL).read_bytes() == whole[:-3]


def test_a_reader_finds_an_altered_line_and_no_journal_is_no_mistake(home, tmp_path):
    path = home / JOURNAL
    path.write_bytes(path.read_bytes().replace(b"A. Durand", b"B. Durand"))
    with pytest.raises(BadJournalError):
        records_now(home)
    assert records_now(tmp_path / "empty") == ()
    assert not is_held(tmp_path / "empty")


def test_pages_that_ask_who_holds_it_keep_nobody_from_moving_doors(tmp_path):
    with Journal(tmp_path):
        pass
    over = Event()

    def ask():
        while not over.is_set():
            is_held(tmp_path)
            sleep(0.002)

    pages = [Thread(target=ask) for _ in range(3)]
    for page in pages:
        page.start()
    try:
        for _ in range(20):
            with Journal(tmp_path):
                assert is_held(tmp_path)
    finally:
        over.set()
        for page in pages:
            page.join()
