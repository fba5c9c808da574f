from datetime import UTC, datetime
from threading import Event
from time import monotonic, sleep

import pytest

from cloison.errors import DeviceError
from cloison.model.sealing import Record, Step
from cloison.ops.crisis_work import DOORS, Worker, told_as_written
from cloison.store.database import Database
from cloison.store.journal import Journal
from cloison.words import say


def test_the_same_work_is_begun_once_and_other_work_goes_on_beside_it():
    worker, gate, done = Worker(), Event(), []
    assert worker.start(DOORS, lambda: (gate.wait(), done.append("doors"))[1])
    assert not worker.start(DOORS, lambda: done.append("twice"))
    assert worker.start("plan", lambda: done.append("plan"))
    worker.finish("plan")
    assert worker.busy(DOORS)
    gate.set()
    worker.finish(DOORS)
    assert not worker.busy(DOORS)
    assert done == ["plan", "doors"]
    assert worker.start(DOORS, lambda: done.append("again"))
    worker.stop()
    assert done[-1] == "again"


def test_what_went_wrong_is_told_to_whoever_waits():
    worker = Worker()

    def fail():
        raise DeviceError(say("x"), fix=say("y"), where="z")

    worker.start(DOORS, fail)
    with pytest.raises(DeviceError):
        worker.finish(DOORS)
    assert isinstance(worker.problem(DOORS), DeviceError)
    assert worker.problem("never asked") is None
    worker.finish("never asked")
    worker.stop()


def test_pages_are_told_while_doors_move(tmp_path):
    database = Database.at(tmp_path)
    before = database.revision(DOORS)
    with told_as_written(database, tmp_path):
        with Journal(tmp_path) as journal:
            journal.write(Record(at=datetime(2026, 1, 1, tzinfo=UTC), step=Step.ARM, done=False))
        deadline = monotonic() + 20
        while database.revision(DOORS) == before and monotonic() < deadline:
            sleep(0.05)
    assert database.revision(DOORS) == before + 1
    database.close()
