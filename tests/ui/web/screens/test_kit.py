import os

from tests.ui.web.crisis_night import night

from cloison.ops.kit import kit_file
from cloison.store.private import replace_private


def test_the_first_page_shows_the_kits_age_in_red_when_over_a_day(tmp_path):
    with night(tmp_path) as room, room.browser() as garde:
        assert 'class="kit-age fault"' in garde.get("/").text
        assert "Pas encore de kit papier" in garde.get("/kit").text
        path = kit_file(room.console.home)
        replace_private(path, b"%PDF-1.7")
        now = room.console.clock().timestamp()
        os.utime(path, (now, now))
        fresh = garde.get("/").text
        assert 'class="kit-age"' in fresh
        assert "trop ancien" not in fresh
        os.utime(path, (now - 90_000, now - 90_000))
        assert "trop ancien" in garde.get("/").text


def test_the_kit_is_given_as_it_was_made(tmp_path):
    with night(tmp_path) as room, room.browser() as garde:
        replace_private(kit_file(room.console.home), b"%PDF-1.7 essai")
        answer = garde.get("/kit")
        assert answer.content == b"%PDF-1.7 essai"
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
