from datetime import timedelta

from cloison.ops.charting import leaks_in, leaks_learned, learn
from cloison.store.hospital_file import load


def test_a_learning_writes_the_map_and_the_traffic_or_nothing(shipped_day, tmp_path):
    for write in (None, (tmp_path / "map.toml", tmp_path / "home")):
        proposal, through = learn(
            [shipped_day / "logs"], None, render=str, unseen_after=timedelta(days=30), write=write
        )
        assert through.records > 100_000
        assert (tmp_path / "map.toml").exists() == (tmp_path / "home").exists() == (write is not None)
    assert load(tmp_path / "map.toml") == proposal.hospital


def test_kept_traffic_shows_the_leaks_that_reading_shows(shipped_day, tmp_path):
    hospital = load(shipped_day / "hospital.toml")
    learn(
        [shipped_day / "logs"],
        hospital,
        render=str,
        unseen_after=timedelta(days=30),
        write=(tmp_path / "m.toml", tmp_path),
    )
    kept, sources, until = leaks_learned(hospital, tmp_path / "m.toml", tmp_path)
    read, read_sources = leaks_in(hospital, [shipped_day / "logs"])
    assert kept == read
    assert [source.path for source in sources] == [source.path for source in read_sources]
    assert until.tzinfo is not None


def test_without_a_learning_there_is_nothing_to_say(shipped_day, tmp_path):
    assert leaks_learned(load(shipped_day / "hospital.toml"), tmp_path / "m.toml", tmp_path) is None
