import json

from evaluation.scenarios import read_scenarios


def entry(file, **more):
    return {
        "file": file, "label": "malicious", "scenario": "essai", "attacker": ["10.0.0.1"], "victim": [],
        "c2_or_external": [], "technique": ["T1046"], "window": {"start": "2026-03-02T12:00:00Z", "end": "2026-03-02T13:00:00Z"},
        "origin": {"repo": "a/b"}, **more,
    }  # fmt: skip


def written(folder, **kinds):
    for kind, entries in kinds.items():
        (folder / kind).mkdir()
        (folder / kind / "labels.json").write_text(json.dumps({"entries": entries}))
    return read_scenarios(folder, list(kinds))


def test_the_logs_of_one_directory_are_read_together(tmp_path):
    (one,) = written(tmp_path, zeek=[entry("a/conn.log"), entry("a/dns.log", technique=["T1071"], label="mixed")])
    (recording,) = one.recordings
    assert [path.name for path in recording.paths] == ["conn.log", "dns.log"]
    assert (one.label.verdict, one.label.techniques) == ("malicious", ("T1046", "T1071"))


def test_two_captures_of_one_run_are_one_scenario_read_apart(tmp_path):
    (one,) = written(tmp_path, pcap=[entry("x/a.pcap", origin_id="RUN-1"), entry("x/b.pcap", origin_id="RUN-1")])
    assert [recording.name for recording in one.recordings] == ["pcap/x/a.pcap", "pcap/x/b.pcap"]


def test_a_run_is_in_one_half_whatever_recorded_it(tmp_path):
    both = written(tmp_path, pcap=[entry("a", origin_id="RUN-1")], winlog_json=[entry("b", origin_id="RUN-1")])
    assert len({one.half for one in both}) == 1


def test_a_clock_from_the_start_of_a_capture_begins_in_1970(tmp_path):
    (one,) = written(tmp_path, pcap=[entry("a", window={"start": 15.2, "end": 30.0})])
    assert one.label.start.year == 1970


def test_the_attacks_own_window_wins_and_none_is_no_window(tmp_path):
    attack = {"start": "2026-03-02T12:30:00Z", "end": "2026-03-02T12:31:00Z"}
    first, second = written(tmp_path, pcap=[entry("a", attack_window=attack), entry("b", window=None)])
    assert first.label.start.minute == 30
    assert second.label.start is None


def test_every_recording_has_its_files(recordings):
    scenarios = read_scenarios(recordings)
    assert len(scenarios) > 300
    assert all(path.is_file() for one in scenarios for recording in one.recordings for path in recording.paths)
    halves = [one.half for one in scenarios]
    assert 0.4 < halves.count("A") / len(halves) < 0.6
