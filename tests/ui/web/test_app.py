"""The page as a real browser gets it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import httpx
import pytest
import uvicorn
from playwright.sync_api import Page
from tests.ui.web.consoles import demonstration
from tests.ui.web.stories import mapless_story, night_story, quiet_story

from cloison.model.hospital import Zone, ZoneId, ZoneKind
from cloison.ui.web.app import make_app
from cloison.words import say

DESK, TELEPHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
HOSTILE = {
    "script": "<script>document.title='taken'</script>",
    "quote": "\"><img src=x onerror=document.title='taken'>",
    "long": "h" * 60_000,
    "right-to-left": "admin\u202egnp.exe",
    "terminal": "\x1b[2J\x1b]0;taken\x07pc",
    "template": "{{ 7 * 7 }}{% raw %}",
    "format": "{percent} {0} %s",
}


def french(story):
    return make_app(demonstration(story))


def hostile_story():
    """The night, in a hospital whose names were chosen by its intruder."""
    story = night_story()
    names = list(HOSTILE.values())
    zones = tuple(replace(zone, name=names[index % len(names)]) for index, zone in enumerate(story.hospital.zones))
    findings = tuple(
        replace(finding, title=say("{source} is in", source=name), sources=(name,))
        for finding, name in zip(story.analysis.findings, names, strict=False)
    )
    assets = tuple(replace(asset, name=name) for asset, name in zip(story.hospital.assets, names[2:], strict=False))
    sources = tuple(replace(source, path=names[0] + names[4]) for source in story.analysis.sources)
    return replace(
        story,
        hospital=replace(story.hospital, name=names[0], zones=zones, assets=assets),
        analysis=replace(story.analysis, findings=findings, sources=sources),
    )


def crowded_story():
    """Forty compartments, the most that are all drawn."""
    story = night_story()
    more = tuple(
        Zone(id=ZoneId(f"unite-{n}"), name=f"Unité de soins numéro {n}", kind=list(ZoneKind)[n % 10]) for n in range(25)
    )
    return replace(story, hospital=replace(story.hospital, zones=(*story.hospital.zones, *more)))


STORIES = {
    "night": night_story,
    "quiet": quiet_story,
    "mapless": mapless_story,
    "hostile": hostile_story,
    "crowded": crowded_story,
}


@contextmanager
def served(app) -> Iterator[str]:
    """Serve on a free port of this machine until the block ends."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@pytest.fixture(scope="module")
def addresses(browser):
    del browser  # asked for first: without it there is no need to serve
    with (
        served(french(night_story())) as night,
        served(french(quiet_story())) as quiet,
        served(french(mapless_story())) as mapless,
        served(french(hostile_story())) as hostile,
        served(french(crowded_story())) as crowded,
    ):
        yield {"night": night, "quiet": quiet, "mapless": mapless, "hostile": hostile, "crowded": crowded}


@pytest.fixture
def visit(browser, addresses):
    """Open a page; at the end, it must have complained of nothing and asked nobody else."""
    complaints, strangers = [], []

    def open_page(story, path="/", size=None, **context) -> Page:
        page = browser.new_context(viewport=size or DESK, **context).new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        home = addresses[story]
        page.on("request", lambda ask: None if ask.url.startswith(home) else strangers.append(ask.url))
        answer = page.goto(home + path)
        assert answer is not None
        assert answer.status == 200
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert complaints == []
    assert strangers == []


SIZES = pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])


@pytest.mark.parametrize(
    ("story", "path"),
    [
        *((story, "/") for story in STORIES),
        *((story, path) for story in ("night", "hostile") for path in ("/passages", "/carte")),
    ],
)
def test_no_page_is_wider_than_its_screen(visit, story, path):
    page = visit(story, path)
    for size in (DESK, TELEPHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("story", STORIES)
def test_the_situation_stands_whole_on_a_small_laptop(visit, story):
    page = visit(story)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@SIZES
@pytest.mark.parametrize("story", ["night", "hostile", "crowded"])
def test_words_in_the_section_are_whole_and_never_overlap(visit, story, size):
    page = visit(story, size=size)
    faults = page.evaluate(
        """() => {
          const ship = [...document.querySelectorAll('svg.ship')].find(each => each.getBoundingClientRect().width > 0);
          const box = each => { const b = each.getBoundingClientRect();
            return {l: b.left, r: b.right, t: b.top + 3, b: b.bottom - 3, say: each.textContent}; };
          const texts = [...ship.querySelectorAll('text')].map(box), faults = [];
          const doors = [...ship.querySelectorAll('.door')].map(box);
          const meet = (p, q) => p.l < q.r && q.l < p.r && p.t < q.b && q.t < p.b;
          texts.forEach((p, i) => texts.slice(i + 1).forEach(q => meet(p, q) && faults.push([p.say, q.say])));
          texts.forEach(p => doors.forEach(q => meet(p, q) && faults.push([p.say, 'door'])));
          ship.querySelectorAll('a.room').forEach(room => {
            const wall = box(room.querySelector('.wall'));
            room.querySelectorAll('text').forEach(text => { const t = box(text);
              if (t.l < wall.l || t.r > wall.r || t.t < wall.t - 3 || t.b > wall.b) faults.push([t.say, 'wall']); });
          });
          return faults;
        }"""
    )
    assert faults == []


@SIZES
def test_all_text_is_large_enough_and_targets_too(visit, size):
    page = visit("night", size=size)
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(each => each.getClientRects().length
             && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
             && parseFloat(getComputedStyle(each).fontSize) < 15).map(each => each.outerHTML.slice(0, 80))"""
        )
        == []
    )
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('nav a, summary, .button, a.room')].filter(each => {
             const box = each.getBoundingClientRect(); return box.width > 0 && box.height < 44;
           }).map(each => each.textContent)"""
        )
        == []
    )


def test_on_a_telephone_the_action_is_under_the_thumb(visit):
    page = visit("night", size=TELEPHONE)
    box = page.locator(".button").bounding_box()
    assert box is not None
    assert box["y"] > TELEPHONE["height"] * 0.8
    assert box["y"] + box["height"] <= TELEPHONE["height"]
    page.locator(".button").click()
    assert page.url.endswith("/passages")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/passages", "/carte"])
def test_every_text_stands_out_from_what_is_behind_it(visit, theme, path):
    page = visit("night", path, color_scheme=theme)
    faint = page.evaluate(
        """() => {
          const parts = text => text.match(/[\\d.]+/g).map(Number);
          const light = rgb => rgb.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = each => {
            const room = each.closest('a.room, [class^=in-]');
            if (room) {
              const look = [...room.classList].map(name => name.replace('in-', ''));
              if (look.includes('suspect') || look.includes('doubt')) return getComputedStyle(document.querySelector('.hatch-ground')).fill;
              const like = [...document.querySelectorAll('a.room')].find(other => other.classList.contains(look.at(-1)));
              return getComputedStyle((room.matches('a') ? room : like).querySelector('.wall')).fill;
            }
            for (let at = each; at; at = at.parentElement) {
              const ground = getComputedStyle(at).backgroundColor;
              if (parts(ground)[3] !== 0) return ground;
            }
            return getComputedStyle(document.body).backgroundColor;
          };
          return [...document.querySelectorAll('body *')].filter(each => each.getClientRects().length
              && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())).map(each => {
            const style = getComputedStyle(each);
            const ink = light(parts(each.matches('text') ? style.fill : style.color));
            const ground = light(parts(behind(each)));
            return [(Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05), each.textContent.slice(0, 40)];
          }).filter(([ratio]) => ratio < 4.5);
        }"""
    )
    assert faint == []


def test_black_and_white_paper_keeps_every_distinction(visit):
    page = visit("night")
    page.emulate_media(media="print", color_scheme="light")
    shown = page.evaluate(
        """() => {
          const ship = document.querySelector('svg.ship.wide');
          const grey = each => ['fill', 'stroke'].every(name => {
            const rgb = getComputedStyle(each)[name].match(/[\\d.]+/g);
            return !rgb || rgb.length < 3 || (rgb[0] === rgb[1] && rgb[1] === rgb[2]); });
          const style = (query, name) => getComputedStyle(ship.querySelector(query))[name];
          return {
            grey: [...ship.querySelectorAll('*')].filter(each => !grey(each)).length,
            open: style('.door.open:not(.small) rect', 'strokeDasharray'),
            closed: style('.door.closed:not(.small) rect', 'fill'),
            lifeline: ship.querySelectorAll('.door.lifeline .bar').length,
            suspect: ship.querySelector('.room.suspect .wall').getAttribute('fill'),
            lost: style('.room.lost .wall', 'fill'),
            kept: ship.querySelectorAll('.room.kept .inner').length,
          };
        }"""
    )
    assert shown == {
        "grey": 0,
        "open": "3px, 2px",
        "closed": "rgb(0, 0, 0)",
        "lifeline": 2,
        "suspect": "url(#wide-hatch)",
        "lost": "rgb(0, 0, 0)",
        "kept": 1,
    }


@pytest.mark.parametrize("path", ["/", "/passages", "/carte"])
def test_hostile_names_are_only_text(visit, path):
    page = visit("hostile", path)
    assert "taken'" in page.content()
    assert not page.title().startswith("taken")
    assert page.locator("script:not([src^='/static/']), img, iframe").count() == 0
    text = page.inner_text("body")
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "h" * 200 not in text
    assert "49" not in page.title()


def test_french_comes_first_and_one_click_changes_the_language(visit):
    page = visit("night")
    assert page.get_attribute("html", "lang") == "fr"
    page.get_by_role("link", name="English").click()
    assert page.get_attribute("html", "lang") == "en"
    assert page.get_by_role("heading", name="What to do").is_visible()
    page.get_by_role("link", name="Map", exact=True).click()
    assert page.get_attribute("html", "lang") == "en"


def test_a_room_leads_to_its_details(visit):
    page = visit("night")
    page.locator("svg.wide a.room", has_text="Sauvegardes").click()
    assert page.url.endswith("/carte?lieu=zone%3Asauvegardes#details")
    assert page.get_by_role("heading", name="Sauvegardes").is_visible()


def test_the_section_can_be_read_without_eyes(visit):
    page = visit("night")
    assert page.get_by_role("group", name="La coupe du navire").count() == 1
    page.get_by_text("La coupe en tableau").click()
    assert page.get_by_role("region", name="Compartiments").get_by_role("row").count() == 16


@pytest.fixture(scope="module")
def night():
    with served(french(night_story())) as address:
        yield address


@pytest.mark.parametrize("path", ["/", "/passages", "/carte", "/static/cloison.css", "/nowhere"])
def test_headers_let_nothing_in_and_keep_nothing(night, path):
    headers = httpx.get(night + path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_another_name_for_this_machine_is_refused(night):
    assert httpx.get(night, headers={"Host": "hopital.example"}).status_code == 400


def test_nothing_can_be_changed_from_the_page(night):
    assert httpx.post(night).status_code == 405


def test_a_language_that_is_not_known_gives_the_first_one(night):
    assert '<html lang="fr">' in httpx.get(f"{night}/?lang=xx").text
