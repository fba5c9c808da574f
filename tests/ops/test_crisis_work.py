from threading import Event

import pytest

from cloison.errors import DeviceError
from cloison.ops.crisis_work import DOORS, Worker
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
    worker.finish("never asked")
    worker.stop()
