import csv
import json

import pytest


@pytest.fixture
def written(far):
    code, told, _ = far.there("logbook", "Le SAMU est prévenu", "--format", "json")
    assert code == 0
    return json.loads(told)["entries"][0]


def test_an_entry_is_written_by_the_tokens_person_and_read_the_same_here_and_there(far, written):
    assert (written["author"], written["kind"]) == ("S. Vigie (essai)", "person")
    code, told = far.alike("logbook", "--last", "5")
    assert code == 0
    assert "Le SAMU est prévenu" in told
    assert "Le SAMU" in far.alike("logbook", "--find", "samu", "--format", "json")[1]
    assert far.alike("logbook", "--case", "nowhere") == (0, "The logbook says nothing yet.\n")


def test_an_entry_corrects_another(far, written):
    corrected = ("logbook", "C’était le SDIS", "--corrects", str(written["number"]))
    assert far.there(*corrected)[1].startswith("Written: entry")
    assert f"corrects entry {written['number']}" in far.alike("logbook")[1]
    assert far.there("logbook", "x", "--corrects", "99999")[0] == 2


def test_on_this_machine_somebody_says_who_writes(far):
    assert far.here("logbook", "Courant coupé", "--by", "A. Durand")[0] == 0
    assert "A. Durand" in far.alike("logbook", "--last", "1")[1]
    assert far.here("logbook", "Courant coupé")[0] == 2
    assert "[not-remote]" in far.there("logbook", "x", "--by", "A. Durand")[2]


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.usefixtures("written")
def test_all_of_it_is_taken_away_the_same(far, tmp_path, kind):
    here, there = tmp_path / f"here.{kind}", tmp_path / f"there.{kind}"
    assert far.here("logbook", "--export", str(here))[0] == 0
    assert far.there("logbook", "--export", str(there))[0] == 0
    text = there.read_text(encoding="utf-8-sig")
    assert text == here.read_text(encoding="utf-8-sig")
    assert there.stat().st_mode & 0o077 == 0
    rows = list(csv.reader(text.splitlines(), delimiter=";"))[1:] if kind == "csv" else json.loads(text)["entries"]
    assert len(rows) == far.server.chain().entries


@pytest.mark.usefixtures("written")
def test_its_chain_is_checked(far):
    code, told = far.alike("logbook", "--check")
    assert (code, "none altered" in told) == (0, True)
    assert json.loads(far.alike("logbook", "--check", "--format", "json")[1])["broken_at"] is None


def test_two_things_at_once_and_other_files_are_refused(far, tmp_path):
    assert far.there("logbook", "x", "--check")[0] == 2
    assert far.there("logbook", "--export", str(tmp_path / "x.pdf"))[0] == 2
    assert far.there("logbook", " ")[0] == 2
