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
