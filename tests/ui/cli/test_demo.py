import json

from cloison.ui.cli.program import run


def test_the_demo_tells_the_whole_story_and_ends(capsys, tmp_path):
    assert run(["demo", "--once", "--format", "json", "--keep", str(tmp_path / "logs")]) == 0
    story = json.loads(capsys.readouterr().out)
    assert story["incident"]["findings"]
    assert story["plan"]["status"] == "optimal"
    assert len(story["map"]["zones"]) >= 15
    assert len(story["map"]["assets"]) >= 150
    assert story["map"]["conduits"]
    assert story["map"]["leaks"]
    assert (tmp_path / "logs" / "conn.log").is_file()


def test_another_seed_is_another_day(capsys):
    stories = []
    for seed in ("1", "2"):
        assert run(["demo", "--once", "--format", "json", "--seed", seed]) == 0
        stories.append(json.loads(capsys.readouterr().out))
    assert stories[0]["incident"]["findings"] != stories[1]["incident"]["findings"]
