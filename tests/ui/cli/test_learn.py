import json

from cloison.store.hospital_file import load
from cloison.ui.cli.program import run


def test_traffic_alone_makes_a_map_and_the_map_shows_leaks(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    (workshop / "hospital.toml").unlink()
    assert run(["learn", "logs"]) == 0
    assert "hospital.toml" in capsys.readouterr().out
    learned = load(workshop / "hospital.toml")
    assert len(learned.zones) > 10
    assert len(learned.assets) > 100
    assert all(zone.learned for zone in learned.zones)
    assert run(["map", "logs"]) in (0, 1)
    assert learned.zones[0].id in capsys.readouterr().out


def test_what_a_person_wrote_stays_as_it_is(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    before = load(workshop / "hospital.toml")
    text = (workshop / "hospital.toml").read_text()
    assert run(["learn", "logs", "--format", "json"]) in (0, 1)
    document = json.loads(capsys.readouterr().out)
    after = load(workshop / "hospital.toml")
    for table in ("zones", "assets", "conduits", "flows", "care_services"):
        kept = {entry.id: entry for entry in getattr(after, table)}
        assert all(kept[entry.id] == entry for entry in getattr(before, table))
    comments = [line for line in text.splitlines() if line.startswith("#")]
    lines = (workshop / "hospital.toml").read_text().splitlines()
    assert [line for line in lines if line in set(comments)] == comments
    assert document["map"] == "hospital.toml"


def test_learning_twice_adds_nothing(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    run(["learn", "logs"])
    once = (workshop / "hospital.toml").read_text()
    capsys.readouterr()
    run(["learn", "logs", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["added"] == []
    assert (workshop / "hospital.toml").read_text() == once


def test_a_dry_run_writes_nothing(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    (workshop / "hospital.toml").unlink()
    assert run(["learn", "logs", "--dry-run"]) == 0
    assert not (workshop / "hospital.toml").exists()
    assert "Écrit" not in capsys.readouterr().out


def test_leaks_are_listed_from_what_was_learned(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    assert run(["map", "logs", "--format", "json"]) == 1
    read = json.loads(capsys.readouterr().out)
    run(["learn", "logs"])
    capsys.readouterr()
    assert run(["map", "--format", "json"]) == 1
    kept = json.loads(capsys.readouterr().out)
    crossed = [[(leak["kind"], leak["from"], leak["to"]) for leak in document["leaks"]] for document in (read, kept)]
    assert crossed[0] == crossed[1]
    assert all(hop["path"].startswith("/") for leak in kept["leaks"] for hop in leak["hops"])
