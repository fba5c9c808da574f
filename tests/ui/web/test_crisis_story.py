"""The night from the first hour to its lessons, in two real browsers."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.ui.web.consoles import PASSWORD, session_of
from tests.ui.web.crisis_night import Night, night, prepared_map

from cloison.model.people import Role
from cloison.ops.moving import Means
from cloison.ops.sealing import arm
from cloison.store.hospital_file import parse

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 60_000
"""Milliseconds: for a plan, on a machine that does ten other things."""


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def page_of(browser: Browser, room: Night, role: Role) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    cookie = session_of(room.console, role).cookie
    context.add_cookies([{"name": "cloison", "value": cookie, "url": room.address}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def test_a_night_from_the_first_hour_to_its_lessons(tmp_path, browser):
    expect.set_options(timeout=PATIENCE)
    with night(tmp_path, mapped=False) as room:
        officer = page_of(browser, room, Role.SECURITY_OFFICER)
        director = page_of(browser, room, Role.CRISIS_DIRECTOR)
        faults: list[str] = []
        for page in (officer, director):
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)

        officer.goto(room.address)
        officer.get_by_role("link", name="J’ai déjà une carte").click()
        text = prepared_map()
        officer.set_input_files("#file", [{"name": "hospital.toml", "mimeType": "text/plain", "buffer": text.encode()}])
        officer.get_by_role("button", name="La vérifier, puis la mettre en place").click()
        expect(officer.get_by_text("La carte est en place")).to_be_visible()
        arm(parse(text, "hospital.toml"), Means(home=tmp_path))

        officer.goto(room.address)
        officer.select_option("#what", "administration")
        officer.get_by_label("Ce qui a été vu, et qui a appelé").fill("La comptable voit des fichiers renommés")
        officer.get_by_role("button", name="Ouvrir un dossier").click()
        case = officer.url.rpartition("/")[2].partition("?")[0]
        room.desk.worker.finish(f"plan {case}")
        officer.goto(f"{room.address}/situation/{case}")

        expect(officer.locator(".card.chosen .big")).to_contain_text("heures de soins perdues")
        officer.locator("#approve > summary").click()
        officer.locator("#approve [name=secret]").fill(PASSWORD)
        officer.locator("#approve button.danger").click()
        expect(officer.get_by_text("Votre approbation est enregistrée")).to_be_visible()

        director.goto(room.address)
        director.locator("#approve [name=secret]").fill(PASSWORD)
        director.locator("#approve button.danger").click()
        room.still(case)
        expect(director.locator("#reopen")).to_be_attached()
        expect(director.locator("#doors")).to_contain_text("non prouvée")
        expect(officer.locator("#doors")).to_contain_text("fermée")

        director.locator("#reopen > summary").click()
        director.get_by_label("Toutes à la fois").check()
        director.locator("#reopen [name=secret]").fill(PASSWORD)
        director.get_by_role("button", name="Rouvrir ces portes").click()
        room.still(case)
        director.goto(f"{room.address}/situation/{case}")
        director.locator("#close > summary").click()
        director.get_by_label("Ce qui a été constaté").fill("Essai d’un prestataire")
        director.locator("#close button").click()
        director.get_by_role("link", name="Son RETEX").click()
        expect(director.get_by_role("table")).to_contain_text("portes fermées et essayées")
        director.goto(f"{room.address}/main-courante/controle")
        expect(director.locator(".notice.good")).to_be_visible()
        assert faults == []
