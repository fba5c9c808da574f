import re
from dataclasses import replace

import pytest
from tests.enforce.wards import OFFICE_TO_SERVERS
from tests.ops.doors import killed_at
from tests.store.test_cases import case_of
from tests.ui.web.consoles import PASSWORD, live
from tests.ui.web.crisis_night import night

from cloison.model.case import CaseStatus
from cloison.model.people import Role
from cloison.ops.crisis_choices import BACKUPS, levels_of
from cloison.ops.crisis_desk import digest
from cloison.ops.crisis_motion import Signer, approve
from cloison.ops.crisis_work import DOORS
from cloison.store.cases import load_case, save_case
from cloison.store.mutes import mutes_kept
from cloison.ui.web.crisis_view import desk_of

SECOND = {"second_login": Role.CRISIS_DIRECTOR.value, "second_secret": PASSWORD}


def second(room):
    """Give what the second person types: login, password, code."""
    return {**SECOND, "second_code": room.code(Role.CRISIS_DIRECTOR)}


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    with night(tmp_path_factory.mktemp("night")) as made:
        yield made


@pytest.fixture
def case(room):
    name = room.case()
    yield name
    if load_case(room.console.database, name).status is CaseStatus.OPEN:
        view = room.still(name)
        assert not view.life.shut
        room.close(name)


def signed(page, choice):
    """Give what the page's form of approval sends."""
    seen = re.search(rf'name="choice" value="{choice}"><input type="hidden" name="seen" value="(\w+)"', page)
    return {"choice": choice, "seen": seen.group(1), "secret": PASSWORD}


def reopen(room, browser, case):
    browser.post(f"/situation/{case}/rouvrir", data={"stage": "0", "secret": PASSWORD})
    room.still(case)


def test_the_page_says_why_what_it_costs_and_what_if_nothing_is_done(room, case):
    with room.browser(Role.READER) as reader:
        page = reader.get(f"/situation/{case}?choix=total-cut").text
    for words in ("Ce que l’on voit, et pourquoi", "heures de soins perdues", "si rien n’est fait", "Les choix"):
        assert words in page
    assert "Approuver" not in page


def test_two_people_at_one_page_shut_the_doors_and_the_page_tells_each(room, case):
    with room.browser() as garde:
        form = signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut")
        garde.post(f"/situation/{case}/approuver", data={**form, **second(room)})
        room.still(case)
        page = garde.get(f"/situation/{case}").text
        assert "Rouvrir les portes, palier par palier" in page
        assert "à fermer à la main" in page
        assert "fermée" in garde.get(f"/situation/{case}/portes?choix=total-cut").text
        assert "Fait à" in garde.get(f"/situation/{case}/passages?choix=total-cut").text
        (point,) = {placed.point.point.id for placed in room.desk.look(case).life.waiting.values()}
        garde.post(f"/situation/{case}/fait", data={"point": point})
        assert room.still(case).life.waiting == {}
        reopen(room, garde, case)
        assert room.desk.look(case).life.shut == {}


def test_one_person_alone_is_told_that_a_second_must_come_and_the_second_can_be_elsewhere(room, case):
    with room.browser() as garde, room.browser(Role.CRISIS_DIRECTOR) as director:
        form = signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut")
        page = garde.post(f"/situation/{case}/approuver", data=form).text
        assert "Une deuxième personne doit approuver" in page
        assert room.desk.look(case).life.shut == {}
        director.post(f"/situation/{case}/approuver", data=form)
        assert room.still(case).life.shut
        reopen(room, director, case)


def test_who_approved_has_the_second_person_sign_at_the_same_page(room, case):
    with room.browser() as garde:
        form = signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut")
        page = garde.post(f"/situation/{case}/approuver", data=form).text
        assert "Faire signer une deuxième personne" in page
        assert garde.post(f"/situation/{case}/approuver", data=form).status_code == 403
        garde.post(f"/situation/{case}/approuver", data={**form, **second(room)})
        assert room.still(case).life.shut
        reopen(room, garde, case)


def test_a_page_about_an_exercise_is_marked_though_a_real_case_is_open(room, case):
    other = room.case()
    save_case(room.console.database, replace(load_case(room.console.database, other), drill=True))
    with room.browser() as garde:
        assert '<p class="drill">EXERCICE</p>' in garde.get(f"/situation/{other}").text
        assert '<p class="drill">EXERCICE</p>' not in garde.get(f"/situation/{case}").text
    room.close(other)


def test_an_approval_can_be_taken_back_before_the_second(room, case):
    with room.browser() as garde:
        form = signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut")
        garde.post(f"/situation/{case}/approuver", data=form)
        garde.post(f"/situation/{case}/retirer")
        assert room.desk.look(case).standing.proposal is None


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ({"second_login": "nobody", "second_secret": PASSWORD}, 401),
        ({**SECOND, "second_code": "000000"}, 401),
        (SECOND, 401),
        ({"second_login": Role.CRISIS_DIRECTOR.value, "second_secret": "faux"}, 401),
        ({"second_login": Role.ADMINISTRATOR.value, "second_secret": PASSWORD}, 403),
    ],
)
def test_a_second_person_who_is_not_recognised_or_may_not_approve_moves_no_door(room, case, second, status):
    with room.browser() as garde:
        form = signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut")
        answer = garde.post(f"/situation/{case}/approuver", data={**form, **second})
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert room.desk.look(case).life.shut == {}


def test_doors_that_are_not_those_shown_are_refused(room, case):
    with room.browser() as garde:
        form = {**signed(garde.get(f"/situation/{case}?choix=total-cut").text, "total-cut"), "seen": "0" * 16}
        assert garde.post(f"/situation/{case}/approuver", data={**form, **second(room)}).status_code == 422


def test_a_pinned_door_and_a_healthy_machine_change_the_plan(room, case):
    with room.browser() as garde:
        garde.post(f"/situation/{case}/porte", data={"conduit": OFFICE_TO_SERVERS, "wish": "shut"})
        room.desk.worker.finish(f"plan {case}")
        view = room.desk.look(case)
        assert OFFICE_TO_SERVERS in {action.conduit for action in view.standing.plan.actions}
        assert "Portes imposées par une personne" in garde.get(f"/situation/{case}").text
        garde.post(f"/situation/{case}/doute", data={"what": "bureau", "chance": "0"})
        assert "Plus rien n’est suspect" in garde.get(f"/situation/{case}").text


def test_whoever_acts_on_what_changed_is_told_and_nothing_breaks(room, case):
    with room.browser() as garde:
        page = garde.get(f"/situation/{case}/portes?choix=total-cut&lu=1").text
        assert "Ce dossier a changé" in page
        assert garde.post(f"/situation/{case}/plan").status_code == 200
        room.desk.worker.finish(f"plan {case}")
        room.still(case)
        assert garde.post(f"/situation/{case}/reprendre").status_code == 200
        room.still(case)


def test_the_page_of_who_only_reads_renews_itself_and_that_of_who_may_be_typing_asks(room, case):
    with room.browser() as garde, room.browser(Role.READER) as reader:
        last = room.desk.look(case).standing.last
        for browser, read, renewed in ((reader, last, None), (reader, 1, "true"), (garde, 1, None)):
            answer = browser.get(f"/situation/{case}/portes?lu={read}")
            assert answer.headers.get("HX-Refresh") == renewed
        assert garde.get(f"/situation/{case}/portes?lu={last}&bouge=1").headers["HX-Refresh"] == "true"


def test_an_alert_that_comes_is_on_the_pages_that_are_open_and_each_has_its_own_forms(room, case):
    known = load_case(room.console.database, case)
    finding = case_of().findings[0]
    with room.browser() as garde, room.browser() as other, room.browser(Role.READER) as reader:
        before = garde.get(f"/situation/{case}/portes").text
        assert 'id="finding-' not in before
        save_case(room.console.database, replace(known, findings=(finding,)))
        parts = [browser.get(f"/situation/{case}/portes").text for browser in (garde, other, reader)]
        assert all(f'id="finding-{finding.id}"' in part for part in parts)
        assert all('id="alerts" hx-swap-oob' in part for part in parts)
        tokens = [set(re.findall(r'name="csrf" value="([^"]+)"', part)) for part in parts[:2]]
        assert [token for (token,) in tokens] == [garde.headers["X-CSRF"], other.headers["X-CSRF"]]
        assert "<form" not in parts[2]
        assert "hx-swap-oob" not in garde.get(f"/situation/{case}").text


def test_an_alert_shows_its_records_and_can_be_called_normal_by_who_may(room):
    story = replace(case_of("alerte"), opened_at=room.console.clock())
    save_case(room.console.database, story)
    finding = story.findings[0].id
    with room.browser(Role.SECURITY_OFFICER) as officer:
        page = officer.get(f"/situation/alerte/alerte/{finding}").text
        assert "conn.log:12" in page
        wrong = {"scope": "pair", "reason": "", "until": "2026-12-31"}
        assert officer.post(f"/situation/alerte/alerte/{finding}/normal", data=wrong).status_code == 422
        day = (room.console.clock()).date().replace(month=12, day=31).isoformat()
        good = {"scope": "pair", "reason": "inventaire du parc", "until": day}
        assert "inventaire du parc" in officer.post(f"/situation/alerte/alerte/{finding}/normal", data=good).text
        assert [mute.reason for mute in mutes_kept(room.console.home)] == ["inventaire du parc"]
        assert officer.get("/situation/alerte/alerte/x").status_code == 404
        officer.post("/situation/alerte/clore", data={"note": "inventaire"})


def test_the_page_after_a_kill_offers_the_one_action_that_is_left(tmp_path):
    with night(tmp_path / "n") as room:
        name = room.case()
        view = room.desk.look(name)
        doors = digest(levels_of(BACKUPS, None, view.hospital))
        room.console.database.close()

        def dying():
            desk = desk_of(live(tmp_path / "n"))
            approve(desk, name, BACKUPS, doors, [Signer(account=one, person=one, how="password") for one in "ab"])
            desk.worker.finish(DOORS)

        assert killed_at(2, dying, after=True)
        with room.browser() as garde:
            page = garde.get(f"/situation/{name}").text
            assert "Un cloisonnement a été interrompu" in page
            assert 'id="approve"' not in page
            garde.post(f"/situation/{name}/reprendre")
            room.still(name)
            assert "Un cloisonnement a été interrompu" not in garde.get(f"/situation/{name}").text
