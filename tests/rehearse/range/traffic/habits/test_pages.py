import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing

from cloison.rehearse.range.traffic.catalogue import known_habit
from cloison.rehearse.range.traffic.habits.pages import Browser
from cloison.rehearse.range.traffic.life import Life


def page(draw, **more):
    return errand("pages", "poste", "dossier", 443, **{"kind": "record", "draw": draw, **more})


def test_a_nurse_signs_in_once_and_reads_and_prescribes_over_one_connection(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "web"):
        life = Life(setting, "unites", resolves=False)
        for draw in (1, 6, 7):
            assert list(known_habit("pages").perform(life, page(draw), (0,))) == [0]
        with life.line(page(1), lambda: None) as browser:
            assert browser.session.startswith("session=")
        life.close()


def test_a_browser_whose_idle_connection_was_closed_opens_another(tmp_path):
    setting = setting_in(tmp_path)
    life = Life(setting, "unites", resolves=False)
    browser = Browser(life, page(1))
    for _ in range(2):
        with standing(setting, "web"):
            browser.ask("GET", "/connexion")
    with pytest.raises(ConnectionError):
        browser.ask("GET", "/connexion")
    browser.close()


def test_a_session_that_the_site_forgot_is_opened_again_at_the_next_try(tmp_path):
    setting = setting_in(tmp_path)
    life = Life(setting, "unites", resolves=False)
    browser = Browser(life, page(1), session="session=oubliee")
    with standing(setting, "web"):
        with pytest.raises(ConnectionError):
            browser.ask("GET", "/patients/3")
        browser.sign_in()
        browser.ask("GET", "/patients/3")
    browser.close()


def test_desks_read_the_record_within_the_declared_flow(tmp_path):
    assert {(one.source, one.target, one.flow) for one in drawn(setting_in(tmp_path), "pages")} == {
        ("poste", "dossier", "dossier")
    }


def test_a_page_that_nobody_serves_is_an_error(tmp_path):
    with pytest.raises(ConnectionError):
        lived(setting_in(tmp_path), page(1))
