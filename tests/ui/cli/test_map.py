import json

from cloison.ui.cli.program import run


def test_the_map_is_a_table_of_zones(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    assert run(["map"]) == 0
    shown = capsys.readouterr().out
    assert "dossier-patient" in shown
    assert "cloison map CHEMIN" in shown


def test_leaks_come_with_the_records_that_prove_them(workshop, monkeypatch, capsys):
    monkeypatch.chdir(workshop)
    assert run(["map", "logs", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert len(document["zones"]) > 10
    for leak in document["leaks"]:
        for hop in leak["hops"]:
            line = (workshop / hop["path"]).read_text().splitlines()[hop["record"] - 1]
            assert {hop["src"], hop["dst"]} <= set(line.split("\t"))
    risks = [(leak["care_per_hour"], leak["records"]) for leak in document["leaks"]]
    assert risks == sorted(risks, reverse=True)


def test_forty_mistakes_are_told_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    zones = "".join(f'[[zone]]\nid = "z{n}"\nname = "Z{n}"\nkind = "ofice"\n' for n in range(20))
    assets = "".join(f'[[asset]]\nid = "a{n}"\nname = "A{n}"\nzone = "nowhere{n}"\n' for n in range(20))
    (tmp_path / "hospital.toml").write_text(f'format = 1\nname = "Essai"\n{zones}{assets}')
    assert run(["map"]) == 2
    told = capsys.readouterr().err
    assert sum(line.startswith("  hospital.toml:") for line in told.splitlines()) == 40
    assert "office" in told


def test_a_map_is_brought_to_a_server_whole_or_not_at_all(far, tmp_path):
    path = tmp_path / "autre.toml"
    path.write_text(far.room.console.map.read_text())
    code, shown, _ = far.there("map", "--bring", str(path), "--note", "relu")
    assert (code, "CH de l'Exemple" in shown) == (0, True)
    path.write_text("name = 3\n")
    code, _, said = far.there("map", "--bring", str(path))
    assert (code, f"{path}:1" in said) == (2, True)
    assert "[not-remote]" in far.here("map", "--bring", str(path))[2]
    assert far.there("map", "--bring", str(tmp_path / "nothing"))[0] == 2


def test_the_map_of_a_server_is_told_as_it_is_there(far):
    far.alike("map")
    far.alike("map", "--format", "json")
    far.alike("map", "--weaknesses")
    assert "[bad-value]" in far.there("map", "--map", "hospital.toml")[2]
