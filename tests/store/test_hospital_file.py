"""The map file as people meet it: what it holds, what it refuses, how it is saved."""

import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.hospitals import hospitals

from cloison.errors import BadMapError, MissingFileError, UnwritableFileError
from cloison.model.hospital import Hospital, Zone, ZoneKind
from cloison.store import hospital_file
from cloison.store.hospital_file import load, parse, save, write_text

SMALL = 'format = 1\nname = "CH"\n\n[[zone]]\nid = "soins"\nname = "Soins"\nkind = "care"\n'


def faults(text):
    """Give (line, reason, fix) of each mistake."""
    with pytest.raises(BadMapError) as caught:
        parse(text, "hospital.toml")
    return [(fault.line, str(fault.reason), str(fault.fix)) for fault in caught.value.faults]


def refusal_of(text):
    """Give the mistakes of a text, or None when it is a map."""
    try:
        parse(text, "map")
    except BadMapError as error:
        return error.faults
    return None


@given(hospitals())
def test_a_saved_map_loads_as_it_was(tmp_path_factory, hospital):
    path = tmp_path_factory.mktemp("map") / "hospital.toml"
    save(path, hospital)
    assert load(path) == hospital


@given(st.text())
def test_any_text_is_a_map_or_a_clear_refusal(text):
    assert refusal_of(text) != ()


@given(st.text(alphabet="[]{}\"'=.,#\n ab1-", max_size=60))
def test_any_near_toml_is_a_map_or_a_clear_refusal(text):
    last = (SMALL + text).count("\n") + 1
    assert all(0 <= fault.line <= last for fault in refusal_of(SMALL + text) or ())


@given(hospitals(), st.data())
def test_any_value_put_in_any_place_is_accepted_or_refused_in_words(hospital, data):
    plain = tomllib.loads(write_text(hospital, None))
    odd = st.sampled_from(["", "x", -1, 2.5, True, [], {}, ["x"], {"all": []}, float("nan"), 10**400, [[{}]]])
    where = data.draw(st.sampled_from(sorted(places(plain), key=str)))
    here = plain
    for step in where[:-1]:
        here = here[step]
    here[where[-1]] = data.draw(odd)
    judged = hospital_file._judge(plain)
    assert isinstance(judged, Hospital) or judged
    for mistake in judged if isinstance(judged, list) else ():
        assert "pydantic" not in f"{mistake.reason}{mistake.fix}"


def places(table, path=()):
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@pytest.mark.parametrize(
    "text",
    [
        "name = " + "[" * 10_000 + "]" * 10_000,
        "name = " + "{a=" * 10_000 + "1" + "}" * 10_000,
        SMALL + "[" + "a." * 10_000 + "a]\n",
        SMALL + "x" + ".x" * 10_000 + " = 1\n",
        SMALL
        + '[[care_service]]\nid="s"\nname="s"\ncare_per_hour=1\nneeds='
        + "{all=[" * 90
        + '"zone:soins"'
        + "]}" * 90,
    ],
    ids=["lists", "tables", "header", "dotted key", "needs"],
)
def test_deep_nesting_is_refused_with_its_line(text):
    ((line, reason, _),) = faults(text)
    assert line == text.rstrip("\n").count("\n") + 1
    assert reason == "values nest more than 64 deep"


def test_a_file_too_large_is_refused_without_reading_it_all(tmp_path):
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(10 * hospital_file.LARGEST)
    with pytest.raises(BadMapError) as caught:
        load(path)
    assert str(caught.value.faults[0].reason) == "the file is larger than 32 MB: it is not a map"


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    path = tmp_path / "hospital.toml"
    path.write_bytes(b'format = 1\nname = "H\xf4pital"\n')
    with pytest.raises(BadMapError) as caught:
        load(path)
    assert [(fault.line, str(fault.reason)) for fault in caught.value.faults] == [(2, "this is not text in UTF-8")]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_marks_and_line_endings_of_any_system_are_read_and_kept(tmp_path, mark, newline):
    path = tmp_path / "hospital.toml"
    path.write_bytes((mark + SMALL.replace("\n", newline)).encode())
    hospital = load(path)
    save(path, replace(hospital, name="CHU"))
    assert path.read_bytes() == (mark + SMALL.replace("\n", newline).replace("CH", "CHU")).encode()


@pytest.mark.parametrize("make", [Path.exists, Path.mkdir], ids=["nothing there", "a folder"])
def test_a_map_that_cannot_be_read_is_named(tmp_path, make):
    make(tmp_path / "hospital.toml")
    with pytest.raises(MissingFileError, match=r"hospital\.toml: the map cannot be read"):
        load(tmp_path / "hospital.toml")


def test_saving_keeps_the_mode_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "hospital.toml"
    path.write_text(SMALL)
    path.chmod(0o640)
    save(path, replace(load(path), name="CHU"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_map_is_for_its_owner_alone(tmp_path):
    save(tmp_path / "hospital.toml", parse(SMALL, "map"))
    assert stat.S_IMODE((tmp_path / "hospital.toml").stat().st_mode) == 0o600


def test_saving_through_a_link_writes_the_shared_map(tmp_path):
    shared, link = tmp_path / "shared.toml", tmp_path / "hospital.toml"
    shared.write_text(SMALL)
    link.symlink_to(shared)
    save(link, replace(load(link), name="CHU"))
    assert link.is_symlink()
    assert load(shared).name == "CHU"


def test_a_map_that_breaks_the_rules_is_not_written(tmp_path):
    path = tmp_path / "hospital.toml"
    path.write_text(SMALL)
    hospital = load(path)
    with pytest.raises(BadMapError):
        save(path, replace(hospital, zones=hospital.zones * 2))
    assert path.read_text() == SMALL


def test_a_broken_file_is_not_written_over(tmp_path):
    path = tmp_path / "hospital.toml"
    path.write_text("name = \n")
    with pytest.raises(BadMapError):
        save(path, Hospital(name="CH"))
    assert path.read_text() == "name = \n"


def test_a_map_that_would_not_read_back_the_same_is_not_written():
    zone = Zone(id="a", name="A", kind=ZoneKind.OT, networks=[])
    with pytest.raises(UnwritableFileError, match="would not read back"):
        write_text(Hospital(name="CH", zones=(zone,)), None)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UnwritableFileError, match="cannot be written"):
        save(tmp_path / "nowhere" / "hospital.toml", Hospital(name="CH"))


def test_forty_mistakes_give_forty_lines():
    wrong = "".join(
        f'\n[[asset]]\nid = "a{n}"\nname = "A"\nzone = "sions"\n\n[[flow]]\nid = "f{n}"\nvia = []\nservice = "tcp-{n}"\n'
        for n in range(20)
    )
    found = faults(SMALL + wrong)
    assert len(found) == 40
    lines = (SMALL + wrong).splitlines()
    for line, _, fix in found:
        text = lines[line - 1]
        assert fix == ('write "soins"' if text.startswith("zone") else fix)
        assert text.startswith(("zone", "service"))


def test_mistakes_of_every_sort_come_together():
    text = SMALL.replace('"care"', '"cares"') + 'networks = ["10.0.0.1/8"]\n[[conduit]]\nid = "c"\nfrom = "soin"\n'
    assert faults(text) == [
        (7, '"cares" is not a kind of zone', 'write "care"'),
        (8, '"10.0.0.1/8" is an address inside a network, not the network', 'write "10.0.0.0/8"'),
        (9, '"to" is missing', "add: to = …"),
        (11, 'no [[zone]] of the map has the id "soin"', 'write "soins"'),
    ]
