import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.enforce.wards import hospital

from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind
from cloison.ops.kit import gather
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import save
from cloison.ui.kit.sheets import pages
from cloison.ui.languages import Translator

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped():
    with shipped_map() as path:
        return gather(path, None, now=NOW)


def kit_of(tmp_path, known):
    save(tmp_path / "hospital.toml", known)
    return gather(tmp_path / "hospital.toml", None, now=NOW)


def test_every_page_bears_its_version_its_date_and_its_mark(shipped):
    said = pages(shipped, Translator("fr", "UTC"))
    assert said["tlp"] == "TLP:AMBER"
    assert shipped.version in said["stamp"]
    assert "4 mars 2026 01:00" in said["stamp"]
    assert said["drill"]


def test_doors_are_numbered_through_all_sheets(shipped):
    numbers = [row["number"] for sheet in pages(shipped, Translator("fr"))["doors"] for row in sheet["rows"]]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


def test_each_care_service_has_its_sheet_with_what_it_needs(shipped):
    care = pages(shipped, Translator("en"))["care"]
    assert [sheet["name"] for sheet in care] == [service.name for service in shipped.hospital.care_services]
    smur = next(sheet for sheet in care if sheet["name"] == "SMUR")
    assert smur["needs"][0]["text"] == "one of these is enough:"


def test_a_passage_that_nothing_can_shut_is_told_apart(shipped):
    matrix = pages(shipped, Translator("en"))["map"]["matrix"]
    zones = [zone.id for zone in shipped.hospital.zones]
    for conduit in shipped.hospital.conduits:
        sign = matrix[zones.index(conduit.from_)][zones.index(conduit.to)]
        assert sign in ({"●", "○"} if conduit.enforced_by else {"○"})


def test_contacts_of_the_file_replace_the_empty_table(tmp_path):
    (tmp_path / "contacts.toml").write_text('[[contact]]\nfunction = "garde"\nname = "A. Durand"\n')
    rows = pages(kit_of(tmp_path, hospital()), Translator("fr"))["contacts"]["rows"]
    assert [(row["function"], row["name"]) for row in rows] == [("garde", "A. Durand")]


def test_a_map_without_doors_or_care_still_makes_a_kit(tmp_path):
    bare = Hospital(name="Vide", zones=(Zone(id=ZoneId("a"), name="A", kind=ZoneKind.OFFICE),))
    said = pages(kit_of(tmp_path, bare), Translator("en"))
    assert said["no_door"]
    assert said["care"] == []


def test_no_english_is_left_in_the_french_kit(shipped):
    french = json.dumps(pages(shipped, Translator("fr")), ensure_ascii=False)
    for word in (" the ", " of ", " not ", "nothing", "Never"):
        assert word not in french


def test_doors_that_are_left_out_are_counted(shipped):
    said = pages(replace(shipped, left_out=3), Translator("en"))
    assert said["doors_left_out"].startswith("3 more doors")


def test_who_is_on_call_is_the_number_to_call(shipped):
    words = Translator("en")
    assert pages(shipped, words)["card_words"]["number"] == ""
    known = replace(shipped, on_call=("A. Durand", "06 00 00 00 00"))
    assert pages(known, words)["card_words"]["number"] == "A. Durand 06 00 00 00 00"
