from datetime import timedelta

import pytest
from tests.conftest import DAY

from cloison.errors import MissingFileError, NothingReadError
from cloison.ops.analysis import analyze
from cloison.store.hospital_file import load


def test_a_day_is_read_once_for_every_fold(shipped_day):
    counted = []
    found = analyze(
        [shipped_day / "logs"],
        load(shipped_day / "hospital.toml"),
        also=(lambda batch: counted.append(sum(frame.height for frame in batch.values())),),
    )
    assert found.records == sum(counted) == sum(source.records for source in found.sources)
    assert DAY <= found.window_start < found.window_end <= DAY + timedelta(days=1, hours=6)


def test_the_same_folder_gives_the_same_analysis(shipped_day):
    hospital = load(shipped_day / "hospital.toml")
    assert analyze([shipped_day / "logs"], hospital) == analyze([shipped_day / "logs"], hospital)


def test_looking_at_noon_finds_what_was_found_by_noon(shipped_day):
    hospital = load(shipped_day / "hospital.toml")
    noon = DAY + timedelta(hours=12)
    whole = analyze([shipped_day / "logs"], hospital)
    known = analyze([shipped_day / "logs"], hospital, until=noon)
    assert known.window_end <= noon
    assert [finding.id for finding in known.findings] == [
        finding.id for finding in whole.findings if finding.detected_at <= noon
    ]


def test_logs_cut_in_pieces_give_the_same_findings(shipped_day, tmp_path):
    hospital = load(shipped_day / "hospital.toml")
    whole = analyze([shipped_day / "logs"], hospital)
    for path in sorted((shipped_day / "logs").iterdir()):
        lines = path.read_text().splitlines(keepends=True)
        header = [line for line in lines if line.startswith("#") and not line.startswith("#close")]
        body = [line for line in lines if not line.startswith("#")]
        third = len(body) // 3 + 1
        for part in range(3):
            (tmp_path / f"{path.stem}.{part}.log").write_text("".join(header + body[part * third : (part + 1) * third]))
    pieces = analyze([tmp_path], hospital)
    assert pieces.records == whole.records
    shown = [
        [(f.id, f.title, f.targets, f.last_seen, f.confidence) for f in found.findings] for found in (whole, pieces)
    ]
    assert shown[0] == shown[1]


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(MissingFileError):
        analyze([tmp_path / "nowhere"])


def test_nothing_read_is_an_error_with_its_reasons(tmp_path):
    (tmp_path / "notes.txt").write_text("rien de tel\n")
    with pytest.raises(NothingReadError) as caught:
        analyze([tmp_path])
    assert [path for path, _ in caught.value.reasons] == [str(tmp_path / "notes.txt")]


def test_records_that_could_not_be_put_back_in_place_are_counted(tmp_path, shipped_day, monkeypatch):
    lines = (shipped_day / "logs" / "conn.log").read_text().splitlines(keepends=True)
    header, body = [line for line in lines if line[0] == "#"][:-1], [line for line in lines if line[0] != "#"]
    (tmp_path / "conn.log").write_text("".join([*header, *body[5:9000], *body[:5], *body[9000:12000]]))
    monkeypatch.setattr("cloison.ingest.reading.REACH", 1 << 9)
    monkeypatch.setattr("cloison.ingest.reading.SMALLEST_REACH", 1 << 9)
    assert analyze([tmp_path]).late == 5
