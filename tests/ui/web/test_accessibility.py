"""WCAG 2.1 AA (RGAA 4.1) on every screen, as a browser shows it."""

from pathlib import Path

import pytest
from tests.ui.web.walks import night, read

from cloison.model.people import Role

AXE = Path(__file__).parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
DESK, TELEPHONE, ZOOMED = (1366, 768), (390, 844), (683, 384)
"""ZOOMED is the desk's screen at 200 %."""

JUDGE = """async rules => {
  const told = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return told.violations.map(each => [each.id, each.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]);
}"""
WIDER = """() => document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 3).map(each => each.outerHTML.slice(0, 120)) : []"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory, browser):
    del browser  # asked for first: without it there is nothing to look at
    with night(tmp_path_factory.mktemp("accessible")) as made:
        yield made


def opened(browser, shown, role=Role.CRISIS_DIRECTOR, *, size=DESK, **more):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    if role is not None:
        context.add_cookies([{"name": "cloison", "value": shown.cookie(role), "url": shown.address}])
    return context.new_page()


@pytest.fixture(scope="module")
def readable(shown):
    """Give the pages that each may read; an administrator's are those that the director does not have."""
    pages = {}
    for role in (Role.CRISIS_DIRECTOR, Role.ADMINISTRATOR):
        with shown.browser(role) as client:
            answers = {address: read(client, address) for address in shown.pages}
        pages[role] = [address for address, told in answers.items() if told.status_code == 200 and "<html" in told.text]
    pages[Role.ADMINISTRATOR] = sorted(set(pages[Role.ADMINISTRATOR]) - set(pages[Role.CRISIS_DIRECTOR]))
    pages[None] = ["/entree"]
    return pages


@pytest.mark.parametrize(
    "look",
    [
        (Role.CRISIS_DIRECTOR, "fr", "light", RULES),
        (Role.CRISIS_DIRECTOR, "en", "dark", ["cat.color", "cat.language"]),
        (Role.ADMINISTRATOR, "fr", "dark", RULES),
        (None, "fr", "light", RULES),
    ],
    ids=lambda look: " ".join(map(str, look[:3])),
)
def test_axe_finds_nothing_on_any_screen_and_none_scrolls_sideways(browser, shown, readable, look):
    role, lang, scheme, rules = look
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (tools/build-web)")
    axe = AXE.read_text()
    page = opened(browser, shown, role, color_scheme=scheme, reduced_motion="reduce")
    faults = {}
    for address in readable[role]:
        page.goto(f"{shown.address}{address}?lang={lang}", wait_until="domcontentloaded")
        page.evaluate(axe)
        found = page.evaluate(JUDGE, rules)
        for width, height in (TELEPHONE, ZOOMED, DESK):
            page.set_viewport_size({"width": width, "height": height})
            found += [[f"wider than {width}", each] for each in page.evaluate(WIDER)]
        if found:
            faults[address] = found
    page.context.close()
    assert faults == {}


def test_the_map_is_explored_with_the_keyboard_alone(browser, shown):
    page = opened(browser, shown)
    page.goto(f"{shown.address}/carte?ouvert=")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('data-key') || document.activeElement.id"))
        if reached[-1].startswith("kind:"):
            break
    assert "find" in reached
    assert reached[-1].startswith("kind:")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#place")
    assert page.locator("#place").inner_text()
    page.context.close()


def test_the_plan_changes_in_place_and_goes_back(browser, shown):
    page = opened(browser, shown, reduced_motion="reduce")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{shown.address}/carte?vue=plan")
    if page.locator("#plan").get_attribute("data-worker") == "":
        pytest.skip("nothing was bundled (tools/build-web)")
    page.wait_for_selector("#plan[data-state=drawn]")
    page.evaluate("document.querySelector('#plan').dataset.same = 'yes'")
    name = page.locator(".places a.name").first
    name.click()
    page.wait_for_selector("#place")
    assert "lieu=" in page.url
    assert page.locator("#place").inner_text() == name.locator("bdi").inner_text()
    assert page.locator("#plan").get_attribute("data-same") == "yes"
    assert page.locator("#plan canvas").count() > 0
    page.go_back()
    page.wait_for_selector("#place", state="detached")
    assert complaints == []
    page.context.close()


def test_a_reader_who_wants_no_motion_gets_none(browser, shown):
    page = opened(browser, shown, reduced_motion="reduce")
    page.goto(f"{shown.address}/carte")
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(each => {
             const style = getComputedStyle(each);
             return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0; }).length"""
    )
    page.context.close()
    assert moving == 0


def test_the_night_theme_is_kept_from_one_page_to_the_next(browser, shown):
    page = opened(browser, shown, color_scheme="light")
    page.goto(f"{shown.address}/soins")
    ground = "getComputedStyle(document.body).backgroundColor"
    day = page.evaluate(ground)
    page.locator(".menu summary").click()
    if not page.locator("[data-theme=night]").is_visible():
        pytest.skip("nothing was bundled (tools/build-web)")
    page.locator("[data-theme=night]").click()
    night_ground = page.evaluate(ground)
    assert night_ground != day
    page.keyboard.press("Escape")
    assert not page.locator("[data-theme=night]").is_visible()
    page.goto(f"{shown.address}/carte")
    assert page.evaluate(ground) == night_ground
    page.context.close()


def test_the_map_follows_what_others_do(browser, shown):
    page = opened(browser, shown, reduced_motion="reduce")
    page.goto(f"{shown.address}/carte?lieu=zone:{shown.hospital.zones[3].id}")
    if page.locator("html.scripted").count() == 0:
        pytest.skip("nothing was bundled (tools/build-web)")
    page.wait_for_selector("html[data-live-state=on]")
    shown.doubt(shown.hospital.zones[3].id, 0.95)
    page.wait_for_selector(".details .state-label.lost")
    assert "/carte?lieu=" in page.url
    page.context.close()
