from dataclasses import replace
from datetime import timedelta
from threading import Event
from time import monotonic, sleep

from tests.ops.crisis_room import desk_at
from tests.ops.post_office import hook_url, webhook

from cloison.model.notice import Notice, NoticeKind
from cloison.model.people import Right, Visitor
from cloison.ops.crisis_health import DOORS_HEALTH
from cloison.ops.crisis_keeping import CHECK_DOORS_EVERY, keep, keeping
from cloison.ops.notifying import NOTIFYING, Notifying
from cloison.store.notices import queue_notice
from cloison.store.reads import note_read, reads_kept
from cloison.ui.languages import Translator
from cloison.words import say_many


def test_devices_are_looked_at_once_a_day(tmp_path):
    desk = desk_at(tmp_path)
    keep(desk)
    first = DOORS_HEALTH.of(desk.database).at
    keep(desk)
    assert DOORS_HEALTH.of(desk.database).at == first
    later = first + CHECK_DOORS_EVERY + timedelta(minutes=1)
    keep(replace(desk, clock=lambda: later))
    assert DOORS_HEALTH.of(desk.database).at == later
    desk.worker.stop()
    desk.database.close()


def test_what_was_read_more_than_a_year_ago_is_forgotten(tmp_path):
    desk = desk_at(tmp_path)
    reader = Visitor(name="A. Durand", rights=frozenset({Right.READ}))
    for days in (400, 300):
        note_read(desk.database, reader, f"{days}", address="", now=desk.clock() - timedelta(days=days))
    keep(desk)
    assert [read.what for _, read in reads_kept(desk.database)] == ["300"]
    desk.worker.stop()
    desk.database.close()


def test_without_a_map_nothing_is_due(tmp_path):
    desk = replace(desk_at(tmp_path), hospital=lambda: None)
    keep(desk)
    assert DOORS_HEALTH.of(desk.database).at is None
    desk.worker.stop()
    desk.database.close()


def test_it_goes_on_until_the_server_stops(tmp_path):
    desk = desk_at(tmp_path)
    looked = Event()

    def watched():
        looked.set()
        return desk_at_map

    desk_at_map = desk.hospital()
    with keeping(replace(desk, hospital=watched), str, every=0.05):
        assert looked.wait(20)
    desk.database.close()


def test_doors_that_moved_are_told_without_a_watch(tmp_path):
    desk = desk_at(tmp_path)
    with webhook() as hook:
        NOTIFYING.change(desk.database, Notifying(urls=(hook_url(hook),)), by="A.", now=desk.clock())
        text = say_many("{n} door has moved as asked", "{n} doors have moved as asked", 4)
        queue_notice(desk.database, Notice(kind=NoticeKind.DOOR, text=text, case="c"), desk.clock())
        with keeping(desk, Translator("fr").sentence):
            until = monotonic() + 60
            while not hook.got and monotonic() < until:
                sleep(0.05)
        assert hook.got == ["4 portes ont bougé comme demandé"]
    desk.database.close()
