import json
import os
import signal
import time
from datetime import UTC, datetime
from threading import Thread

import pytest
from tests.ops.post_office import hook_url, webhook
from tests.ops.watched_logs import append, sweep

from cloison.ops.watching import Pulse
from cloison.store.database import Database
from cloison.store.sensors import sensors
from cloison.ui.cli.program import USAGE, run
from cloison.ui.cli.watch import status
from cloison.ui.languages import Translator

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def interrupted(home, records):
    """Press Ctrl-C once so many records are judged."""

    def press():
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if (home / "cloison.db").is_file():
                database = Database.at(home)
                done = [one.records for one in sensors(database) if one.id == "watch"]
                database.close()
                if done and done[0] >= records:
                    break
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)

    finger = Thread(target=press, daemon=True)
    finger.start()
    return finger


def watched(tmp_path, *options):
    append(tmp_path / "logs" / "conn.log", sweep())
    finger = interrupted(tmp_path / "home", 40)
    code = run(["watch", str(tmp_path / "logs"), "--home", str(tmp_path / "home"), "--hold", "0", *options])
    finger.join()
    return code


def test_an_alert_is_told_in_french_with_its_record_and_its_case(tmp_path, capsys):
    assert watched(tmp_path) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "surveillance de" in said
    assert "10.1.0.66" in said
    assert "conn.log:" in said
    assert "dossier ouvert" in said
    assert "40 enregistrements" in said


def test_json_is_one_object_a_line_that_says_what_it_is(tmp_path, capsys):
    assert watched(tmp_path, "--format", "json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    events = {line["event"]: line for line in lines}
    assert set(events) == {"finding", "case", "pulse"}
    assert events["case"]["alerts"] == [events["finding"]["finding"]["id"]]
    assert events["finding"]["finding"]["evidence"][0]["path"].endswith("conn.log")
    assert events["pulse"]["records"] == 40


@pytest.mark.parametrize(
    "options", [[], ["--netflow", "here"], ["--syslog", "10.0.0.1:99999"], ["--netflow", "example.org:2055"]]
)
def test_what_cannot_be_watched_is_said(options, tmp_path, capsys):
    assert run(["watch", *options, "--home", str(tmp_path)]) == USAGE
    assert "→" in capsys.readouterr().err


def test_the_status_line_says_the_lag_or_what_is_left_to_read():
    pulse = {"records": 3, "last": NOON, "lag_seconds": 0.4, "waiting": 0, "late": 1, "lost": 2, "findings": 0}
    words = Translator("fr", "UTC")
    calm = words.sentence(status(Pulse(**pulse, behind=0, sensors=())))
    assert "retard 0,4 s" in calm
    assert "2 perdus" in calm
    late = words.sentence(status(Pulse(**pulse, behind=12_000_000, sensors=())))
    assert "12 Mo restent à lire" in late
    assert "rien n’est encore arrivé" in words.sentence(status(Pulse(**{**pulse, "last": None}, behind=0, sensors=())))


def test_a_trial_notice_is_sent_to_each_address_and_a_failure_is_said(tmp_path, capsys):
    assert run(["watch", "--try-notices", "--home", str(tmp_path)]) == USAGE
    with webhook() as hook:
        (tmp_path / "notify.urls").write_text(hook_url(hook))
        (tmp_path / "notify.urls").chmod(0o600)
        assert run(["watch", "--try-notices", "--home", str(tmp_path)]) == 0
        assert "essai" in hook.got[0]
        hook.refusing = True
        assert run(["watch", "--try-notices", "--home", str(tmp_path)]) == 1
    assert "pas parti" in capsys.readouterr().out
