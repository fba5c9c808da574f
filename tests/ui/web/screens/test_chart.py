from dataclasses import replace

import httpx
import pytest
from tests.chart.large_maps import large_hospital
from tests.enforce.wards import hospital
from tests.ui.web.consoles import demonstration, live, person_with, serving, session_of
from tests.ui.web.stories import mapless_story, night_story

from cloison.model.people import Role
from cloison.store.hospital_file import save
from cloison.ui.web.app import make_app

LARGEST_PAGE = 400_000
"""Bytes of HTML: what a slow line at 2 Mb/s carries in under two seconds."""


@pytest.fixture(scope="module")
def night():
    with serving(make_app(demonstration(night_story()))) as address:
        yield address


def get(address, path):
    answer = httpx.get(address + path)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/carte", "Fuites, par ordre de risque"),
        ("/carte?lieu=zone:sauvegardes", "Passages et leurs portes"),
        ("/carte?chercher=urgences", "réponse"),
        ("/carte?vue=plan", "data-graph="),
        ("/carte?lieu=zone:nowhere&ouvert=nothing&soin=none&instant=99999", "Fuites"),
        ("/carte/feuille", "Machines suspectes"),
    ],
)
def test_each_view_of_the_map_is_a_page(night, path, words):
    assert words in get(night, path)


def test_the_sheet_has_the_places_that_other_pages_point_at(night):
    page = get(night, "/carte/feuille")
    for anchor in ("compartments", "leaks", "suspects", "unjudged"):
        assert f'id="{anchor}"' in page


def test_without_a_map_the_page_says_what_to_do():
    with serving(make_app(demonstration(mapless_story()))) as address:
        assert "cloison learn" in get(address, "/carte")
        assert "cloison learn" in get(address, "/carte/feuille")


def test_a_large_map_stays_a_small_page():
    story = night_story()
    large = replace(
        story,
        hospital=replace(large_hospital(800, 8_000, 6_000), care_services=()),
        plan=None,
        leaks=replace(story.leaks, leaks=()),
        incident=replace(story.incident, suspicion=replace(story.incident.suspicion, zones=(), assets=())),
    )
    with serving(make_app(demonstration(large))) as address:
        opened = "&".join(f"ouvert=zone:z{n}" for n in range(40))
        for path in ("/carte", f"/carte?{opened}", f"/carte?vue=plan&{opened}", "/carte/feuille"):
            assert len(get(address, path)) < LARGEST_PAGE


def test_a_person_sees_the_map_that_is_on_disk(tmp_path):
    save(tmp_path / "hospital.toml", hospital())
    console = live(tmp_path)
    person_with(console, Role.READER)
    opened = session_of(console, Role.READER)
    with serving(make_app(console)) as address:
        refused = httpx.get(f"{address}/carte", headers={"Accept": "text/html"})
        answer = httpx.get(f"{address}/carte", cookies={"cloison": opened.cookie})
    assert refused.status_code == 303
    assert "Portes telles qu’elles sont maintenant." in answer.text
    assert "Rien n’a encore été lu" in answer.text
