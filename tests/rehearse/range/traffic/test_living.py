import threading
import time

import pytest
from tests.rehearse.range.furnished import errand, setting_in, standing

from cloison.rehearse.range.traffic import living
from cloison.rehearse.range.traffic.ledger import CARE, OTHER, Ledger, tally
from cloison.rehearse.range.traffic.life import Life

RESULT = errand("messages", "poste", "interfaces", 2575, flow="messages", items=2, kind="ORU^R01", patient=4)
PAGE = errand("paper", "base", "impr", 9100, number=2, conduit="serveurs>unites", octets=90)


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(living, "PATIENCE", 1.2)
    monkeypatch.setattr(living, "_FIRST_WAIT", 0.1)


def run(setting, one, tmp_path, stop=None):
    life = Life(setting, setting.host(one.source).zone, resolves=False)
    with Ledger(tmp_path / "life") as ledger:
        living.run(life, one, ledger, due=time.time(), stop=stop or threading.Event())
    life.close()
    return tally(tmp_path / "life" / (CARE if one.flow else OTHER)).get(one.flow)


@pytest.mark.usefixtures("hasty")
def test_care_that_nobody_takes_is_tried_again_and_then_lost(tmp_path):
    count = run(setting_in(tmp_path), RESULT, tmp_path)
    assert (count.sent, count.acknowledged, count.lost) == (2, 0, 2)
    assert count.retries >= 4


def test_care_taken_late_is_delayed_and_not_lost(tmp_path):
    setting = setting_in(tmp_path)
    done = []
    waiting = threading.Thread(target=lambda: done.append(run(setting, RESULT, tmp_path)))
    waiting.start()
    time.sleep(0.3)
    with standing(setting, "messages"):
        waiting.join(20)
    (count,) = done
    assert (count.acknowledged, count.lost, count.delayed) == (2, 0, 2)
    assert count.slowest > 0.3


def test_what_is_no_care_is_tried_once(tmp_path):
    count = run(setting_in(tmp_path), PAGE, tmp_path)
    assert (count.sent, count.lost, count.retries) == (1, 1, 0)


def test_the_end_of_a_life_is_no_loss(tmp_path):
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    count = run(setting_in(tmp_path), RESULT, tmp_path, stop)
    assert (count.sent, count.lost, count.under_way) == (2, 0, 2)


def test_a_flow_that_is_cut_holds_no_other_up_and_all_ends_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(living, "PATIENCE", 2.5)
    setting = setting_in(tmp_path)
    cut = [
        errand("messages", "poste", "annuaire", 2575, flow="cut", number=n, kind="ORU^R01", patient=1)
        for n in range(30)
    ]
    well = [errand("paper", "poste", "impr", 9100, flow="well", number=n, at=0.1, octets=9) for n in range(30, 40)]
    life = Life(setting, "unites", resolves=False)
    with standing(setting, "printing"), Ledger(tmp_path / "life") as ledger:
        living.live(life, [*cut, *well], ledger, began=time.time(), stop=threading.Event())
    counts = tally(tmp_path / "life" / CARE)
    assert (counts["cut"].lost, counts["well"].acknowledged) == (30, 10)
