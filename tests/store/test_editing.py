"""Editing keeps what people wrote: any map can become any other, and comments stay."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.hospitals import hospitals

from cloison.store.hospital_file import parse, write_text

WRITTEN = """\
# Our hospital, mapped in March
format = 1
name = "CH de l'Exemple"   # the short name

# --- compartments ---

# the offices
[[zone]]
id = "bureaux"
name = "Bureaux"   # first floor
kind = "office"
networks = [
    "10.10.0.0/24",  # east wing
    "10.10.1.0/24",
]
# patient_records = 12

[[zone]]
id = 'soins'
name = "Soins"
kind = "care"
  [zone.learned]   # by the machine
  first = 2026-01-01T00:00:00Z
  last = 2026-01-02T00:00:00Z
  records = 7

[[conduit]]
id = "bureaux>soins"
from = "bureaux"
to = "soins"   # one way

# written later
[[zone]]
id = "sauvegardes"
name = "Sauvegardes"
kind = "backup"

[[care_service]]
id = "urgences"
name = "Urgences"
care_per_hour = 9.0
degraded.capacity = 0.5   # on paper
degraded.hours = 12
needs = { all = ["zone:soins",   # beds
  "zone:bureaux"] }
# the end"""


def changed(hospital, table, place, **values):
    entries = list(getattr(hospital, table))
    entries[place] = replace(entries[place], **values)
    return replace(hospital, **{table: tuple(entries)})


@given(hospitals(), hospitals())
def test_any_map_becomes_any_other(before, after):
    assert parse(write_text(after, write_text(before, None)), "map") == after


@given(hospitals(), hospitals(), st.data())
def test_entries_of_two_maps_mix_and_reorder(before, after, data):
    mixed = replace(
        after,
        conduits=(),
        flows=(),
        assets=(),
        care_services=(),
        zones=tuple(data.draw(st.permutations(before.zones))),
        enforcement_points=tuple(data.draw(st.permutations(before.enforcement_points))),
    )
    assert parse(write_text(mixed, commented(write_text(before, None))), "map") == mixed


def commented(text):
    """Add a comment after each line, and one alone above each entry."""
    lines = [f"{line}  # after {place}" for place, line in enumerate(text.removesuffix("\n").split("\n"))]
    return "".join(f"# above {line}\n{line}\n" if line.startswith("[[") else f"{line}\n" for line in lines)


@given(hospitals(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]))
def test_an_unchanged_map_is_not_touched(hospital, newline, mark):
    text = mark + commented(write_text(hospital, None)).replace("\n", newline)
    assert write_text(hospital, text) == text


@given(hospitals().filter(lambda hospital: hospital.zones), st.data())
def test_changing_one_entry_keeps_every_line_elsewhere(hospital, data):
    place = data.draw(st.integers(0, len(hospital.zones) - 1))
    after = changed(hospital, "zones", place, name="Autre nom", patient_records=17, learned=None)
    text = commented(write_text(hospital, None))
    blocks = re.split(r"(?m)^(?=# above)", text)
    written = re.split(r"(?m)^(?=# above)", write_text(after, text))
    entry = 1 + place
    assert [*written[:entry], *written[entry + 1 :]] == [*blocks[:entry], *blocks[entry + 1 :]]
    assert parse("".join(written), "map") == after


def test_a_new_value_takes_the_place_of_the_old_one():
    hospital = parse(WRITTEN, "map")
    after = changed(hospital, "zones", 0, name="Bureaux et accueil")
    assert write_text(after, WRITTEN) == WRITTEN.replace('"Bureaux"', '"Bureaux et accueil"') + "\n"


def test_a_new_key_follows_the_last_key_of_its_entry():
    hospital = parse(WRITTEN, "map")
    after = changed(hospital, "conduits", 0, door="interface-3")
    expected = WRITTEN.replace("# one way\n", '# one way\ndoor = "interface-3"\n')
    assert write_text(after, WRITTEN) == expected + "\n"


def test_what_traffic_showed_changes_where_it_stands():
    hospital = parse(WRITTEN, "map")
    after = changed(hospital, "zones", 1, learned=replace(hospital.zones[1].learned, records=9))
    assert write_text(after, WRITTEN) == WRITTEN.replace("records = 7", "records = 9") + "\n"


def test_a_dotted_key_is_changed_in_place():
    hospital = parse(WRITTEN, "map")
    after = changed(hospital, "care_services", 0, degraded=replace(hospital.care_services[0].degraded, hours=24.0))
    assert write_text(after, WRITTEN) == WRITTEN.replace("hours = 12", "hours = 24.0") + "\n"


def test_an_entry_that_goes_takes_its_own_comments_only():
    hospital = parse(WRITTEN, "map")
    after = replace(hospital, conduits=(), zones=hospital.zones[:2])
    start, end = WRITTEN.index("\n[[conduit]]"), WRITTEN.index("\n[[care_service]]")
    assert write_text(after, WRITTEN) == WRITTEN[:start] + WRITTEN[end:] + "\n"


def test_a_new_entry_follows_the_last_of_its_table():
    hospital = parse(WRITTEN, "map")
    new = replace(hospital.zones[0], id="caméras", networks=())
    text = write_text(replace(hospital, zones=(*hospital.zones, new)), WRITTEN)
    added = '\n[[zone]]\nid = "caméras"\nname = "Bureaux"\nkind = "office"\n'
    assert text == WRITTEN.replace('kind = "backup"\n', 'kind = "backup"\n' + added) + "\n"


@pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_reordered_entries_keep_their_comments(order):
    hospital = parse(WRITTEN, "map")
    after = replace(hospital, zones=tuple(hospital.zones[place] for place in order))
    text = write_text(after, WRITTEN)
    assert parse(text, "map") == after
    assert sorted(filter(None, text.splitlines())) == sorted(filter(None, WRITTEN.splitlines()))


def test_a_table_written_as_one_list_is_rewritten_entry_by_entry():
    text = 'name = "x"\nzone = [ { id = "a", name = "A", kind = "ot" } ]\n'
    hospital = parse(text, "map")
    after = changed(hospital, "zones", 0, name="B")
    assert write_text(after, text) == 'name = "x"\n\n[[zone]]\nid = "a"\nname = "B"\nkind = "ot"\n'


def test_new_lines_end_as_the_others_do():
    text = WRITTEN.replace("\n", "\r\n")
    after = replace(parse(text, "map"), conduits=(), finess="990000001")
    assert "\n" not in write_text(after, text).replace("\r\n", "")
