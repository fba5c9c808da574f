from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.header import decode_header
from threading import Event, Thread

import pytest
from tests.ops.post_office import hook_url, mail_server, mail_url, webhook
from tests.ops.test_watching_cases import finding, followed

from cloison.errors import BadValueError
from cloison.model.notice import Notice, NoticeKind, NoticeStatus
from cloison.ops.notifying import (
    ADDRESSES,
    MOST_AN_HOUR,
    Notifier,
    Notifying,
    addresses,
    case_notice,
    message,
    notifying,
    silence_notice,
    try_addresses,
)
from cloison.store.database import Database
from cloison.store.logbook import entries
from cloison.store.notices import notices, queue_notice, waiting_notices
from cloison.ui.languages import Translator
from cloison.words import say

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FRENCH = Translator("fr", "UTC").sentence


@pytest.fixture
def database(tmp_path):
    made = Database.at(tmp_path)
    yield made
    made.close()


@pytest.fixture
def hook():
    with webhook() as server:
        yield server


def notifier(database, *urls, link=""):
    return Notifier(database, lambda: Notifying(urls=urls, link=link), FRENCH)


def opened(case="c1", kind=NoticeKind.CASE_OPENED, n=0):
    return Notice(kind=kind, text=say("case {case}: {n} more suspect machines", case=case, n=n), case=case)


def test_a_mail_and_a_webhook_get_the_sentence_and_the_link(database, hook):
    with mail_server() as post:
        queue_notice(database, silence_notice(2), NOON)
        notice = replace(silence_notice(1), case="abc")
        queue_notice(database, notice, NOON)
        sender = notifier(database, hook_url(hook), mail_url(post), link="https://cloison.hopital.example/")
        assert (sender.send_due(NOON), sender.failing) == (2, None)
    said = "2 sondes ne disent plus rien : un intrus pourrait passer inaperçu https://cloison.hopital.example"
    assert hook.got[0].replace("\xa0", " ").replace("\u202f", " ") == said
    assert hook.got[1].endswith("https://cloison.hopital.example/situation/abc")
    assert len(post.got) == 2
    body = message_from_string(post.got[0])
    assert "astreinte@hopital.example" in body["To"]
    assert decode_header(body["From"])
    assert waiting_notices(database) == ()


def test_a_failure_is_shown_written_in_the_logbook_and_tried_again(database, hook):
    hook.refusing = True
    queue_notice(database, opened(), NOON)
    sender = notifier(database, hook_url(hook))
    assert sender.send_due(NOON) == 0
    (kept,) = waiting_notices(database)
    assert (kept.attempts, kept.next_at) == (1, NOON + timedelta(seconds=30))
    assert kept.notice.reason
    assert "503" in str(sender.failing) or "Service" in str(sender.failing)
    assert sender.health(NOON).remarks
    assert [entry.draft.author for entry in entries(database)] == ["notices"]
    assert sender.send_due(NOON + timedelta(seconds=10)) == 0
    hook.refusing = False
    assert sender.send_due(NOON + timedelta(seconds=31)) == 1
    assert sender.failing is None
    assert len(hook.got) == 1
    assert sender.health(NOON).remarks == ()


def test_only_those_who_were_not_reached_are_tried_again(database, hook):
    with webhook() as other:
        other.refusing = True
        queue_notice(database, opened(), NOON)
        sender = notifier(database, hook_url(hook), hook_url(other))
        sender.send_due(NOON)
        other.refusing = False
        sender.send_due(NOON + timedelta(minutes=1))
        assert (len(hook.got), len(other.got)) == (1, 1)


def test_changes_of_one_case_are_told_together_and_not_too_often(database, hook):
    sender = notifier(database, hook_url(hook))
    queue_notice(database, opened(), NOON)
    sender.send_due(NOON)
    for n in (1, 2, 3):
        queue_notice(database, opened(kind=NoticeKind.CASE_GREW, n=n), NOON + timedelta(minutes=n))
    assert sender.send_due(NOON + timedelta(minutes=4)) == 0
    assert sender.send_due(NOON + timedelta(minutes=11)) == 1
    assert len(hook.got) == 2
    assert "3" in hook.got[1]
    assert sorted(kept.status for kept in notices(database)).count(NoticeStatus.JOINED) == 2


def test_an_intruder_cannot_drown_the_telephone_nor_hide_a_new_intrusion(database, hook):
    sender = notifier(database, hook_url(hook))
    for n in range(MOST_AN_HOUR + 10):
        queue_notice(database, opened(f"c{n}", kind=NoticeKind.CASE_GREW), NOON)
    assert sender.send_due(NOON) == MOST_AN_HOUR
    queue_notice(database, opened("new"), NOON)
    assert sender.send_due(NOON) == 1


def test_nothing_is_lost_while_there_is_nowhere_to_send_to(database, hook):
    queue_notice(database, opened(), NOON)
    assert notifier(database).send_due(NOON) == 0
    assert notifier(database).health(NOON) is None
    assert notifier(database, hook_url(hook)).send_due(NOON) == 1


def test_after_a_day_without_reaching_anyone_it_is_given_up(database, hook):
    hook.refusing = True
    queue_notice(database, opened(), NOON)
    notifier(database, hook_url(hook)).send_due(NOON + timedelta(hours=25))
    assert [kept.status for kept in notices(database)] == [NoticeStatus.GIVEN_UP]


def test_a_case_is_told_when_it_opens_and_when_a_machine_joins_not_at_each_alert(database):
    (new,) = followed(database, finding(1))
    now = NOON + timedelta(hours=1)
    assert case_notice(new, now).kind is NoticeKind.CASE_OPENED
    (more,) = followed(database, finding(1), finding(3, detector="other", technique="T1046"))
    assert case_notice(more, now) is None
    (joined,) = followed(
        database, finding(1), finding(3, detector="other", technique="T1046"), finding(5, source="10.0.0.2")
    )
    assert case_notice(joined, now).kind is NoticeKind.CASE_GREW
    assert case_notice(new, now + timedelta(days=3)) is None


def test_what_leaves_the_hospital_holds_no_name_and_no_address(database):
    (new,) = followed(database, finding(1))
    title, text = message(case_notice(new, NOON + timedelta(hours=1)), Notifying(link="https://c.example"), FRENCH)
    assert title == "Cloison"
    assert "10.0.0" not in text
    assert text.endswith(f"https://c.example/situation/{new.case.id}")


def test_an_exercise_says_so(database):
    (new,) = followed(database, finding(1), drill=True)
    title, _ = message(case_notice(new, NOON + timedelta(hours=1)), Notifying(), FRENCH)
    assert title.startswith("EXERCICE")


def test_addresses_are_read_from_a_file_of_the_owner_s_alone(tmp_path, database):
    path = tmp_path / ADDRESSES
    assert addresses(tmp_path) == ()
    path.write_text("# l’astreinte\njson://127.0.0.1:9/\n\n")
    path.chmod(0o644)
    with pytest.raises(BadValueError) as wrong:
        addresses(tmp_path)
    assert "chmod 600" in str(wrong.value.fix)
    path.chmod(0o600)
    assert addresses(tmp_path) == ("json://127.0.0.1:9/",)
    assert notifying(tmp_path, database).urls == ("json://127.0.0.1:9/",)
    path.write_text("json://127.0.0.1:9/\nnot an address\n")
    with pytest.raises(BadValueError) as wrong:
        addresses(tmp_path)
    assert wrong.value.where.endswith(":2")


def test_the_sender_at_work_sends_what_comes_until_told_to_stop(database, hook):
    stop = Event()
    worker = Thread(target=notifier(database, hook_url(hook)).run, args=(stop,))
    worker.start()
    queue_notice(database, opened(), datetime.now(UTC))
    for _ in range(200):
        if hook.got:
            break
        stop.wait(0.05)
    stop.set()
    worker.join()
    assert len(hook.got) == 1


def test_a_trial_says_which_address_failed_and_hides_its_secrets(hook):
    with webhook() as other:
        other.refusing = True
        url = hook_url(other).replace("://", "://cloison:secret@")
        (well, nothing), (badly, reason) = try_addresses(Notifying(urls=(hook_url(hook), url)), FRENCH)
    assert (nothing, len(hook.got)) == (None, 1)
    assert well.startswith("json://127.0.0.1")
    assert "503" in reason
    assert "secret" not in badly
