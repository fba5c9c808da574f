import gzip
import json
import random
from collections import Counter
from contextlib import nullcontext

import pytest
from tests.ingest.logs import read

from cloison.errors import CloisonError, NothingReadError, UnreadableSourceError
from cloison.incident.belief import ALERT
from cloison.ingest.format import Tally
from cloison.ingest.formats.evtx import Evtx
from cloison.ingest.reading import open_reading
from cloison.model.observations import Kind
from cloison.ops.analysis import analyze

HEADER = b"ElfFile\0" + bytes(4088)


class OnDisk:
    """A file that is not compressed."""

    def __init__(self, path):
        self.path = path
        self.shown = path.name

    def on_disk(self):
        return nullcontext(self.path)


def read_bytes(folder, content, events=20_000):
    """Give (tables by kind, tally)."""
    file = folder / "log.evtx"
    file.write_bytes(content)
    tally = Tally()
    tables = {}
    for kind, table in Evtx(events=events).read(OnDisk(file), tally):
        tables.setdefault(kind, []).append(table)
    return tables, tally


@pytest.fixture(scope="module")
def logs(recordings):
    """Logs of ordinary machines, the smaller first."""
    files = sorted((recordings / "evtx").rglob("*.evtx.gz"), key=lambda path: path.stat().st_size)
    return [path for path in files if "benign" in path.parts]


def test_it_is_told_by_its_magic_number():
    assert Evtx().recognise(HEADER)
    assert not Evtx().recognise(b"\x7fELF")
    assert Evtx().stream_name(HEADER) != Evtx().stream_name(HEADER + b"x")


def test_a_log_without_its_header_is_refused(tmp_path):
    with pytest.raises(UnreadableSourceError, match="no event can be read"):
        read_bytes(tmp_path, b"ElfFile\0" + bytes(100))


def test_a_log_whose_chunks_are_all_damaged_is_refused(tmp_path, logs):
    content = gzip.decompress(logs[-1].read_bytes())
    with pytest.raises(UnreadableSourceError, match="no event can be read"):
        read_bytes(tmp_path, content[:4096] + b"x" * (2 * 65536))


@pytest.mark.parametrize("content", [b"ElfFile\0" + b"\xff" * 70_000, b"ElfFile\0" + bytes(70_000)])
def test_a_log_without_a_chunk_is_refused_and_nothing_is_found_well(tmp_path, content):
    (tmp_path / "log.evtx").write_bytes(content)
    with pytest.raises(NothingReadError) as caught:
        analyze([tmp_path / "log.evtx"])
    assert caught.value.exit_code == 3
    assert "damaged" in str(caught.value.reasons[0][1])


def test_a_machine_s_ordinary_log_raises_no_alert(recordings):
    (file,) = (recordings / "evtx").rglob("benign/system.evtx.gz")
    found = analyze([file])
    assert found.records > 1000
    assert [finding for finding in found.findings if finding.confidence >= ALERT] == []


def test_events_have_a_time_a_host_and_flat_data(logs):
    reading, tables = read(logs[-1], formats=[Evtx()])
    events = tables[Kind.EVENT]
    assert events["ts"].null_count() == events["computer"].null_count() == events["event_id"].null_count() == 0
    for text in events["data"].head(200):
        data = json.loads(text)
        assert {"EventID", "Computer", "Channel", "Provider_Name"} <= data.keys()
        assert all(isinstance(value, str) for value in data.values())
    assert reading.sources[0].format == "evtx"


def test_logons_lie_on_their_events(recordings):
    (file,) = (recordings / "evtx").rglob("benign/security.evtx.gz")
    _, tables = read(file, formats=[Evtx()])
    both = tables[Kind.LOGON].join(tables[Kind.EVENT], on=["origin", "record"], how="left", suffix="_event")
    assert both["event_id"].null_count() == 0
    assert (both["ts"] == both["ts_event"]).all()
    assert {4624, 4648} <= set(both["event_id"])
    assert both.filter(event_id=4624)["success"].all()


def test_a_damaged_log_gives_what_it_holds_and_says_what_is_lost(tmp_path, logs):
    content = bytearray(gzip.decompress(logs[-1].read_bytes()))
    whole, _ = read_bytes(tmp_path, content)
    second = 4096 + 65536
    content[second : second + 8] = b"nothing!"
    tables, tally = read_bytes(tmp_path, content)
    held = sum(table.height for table in whole[Kind.EVENT])
    assert 0 < sum(table.height for table in tables[Kind.EVENT]) < held
    assert tally.rejected >= 1
    assert "damaged" in str(tally.remarks[0])


def test_a_log_cut_within_a_chunk_gives_what_it_holds_and_says_so(tmp_path, recordings):
    (file,) = (recordings / "evtx").rglob("benign/security.evtx.gz")
    content = gzip.decompress(file.read_bytes())
    counts = []
    for size in (4096 + 65536, 4096 + 65536 + 40_000, 4096 + 2 * 65536):
        tables, tally = read_bytes(tmp_path, content[:size])
        counts.append(tables[Kind.EVENT][0].height)
        assert any("cut short" in str(remark) for remark in tally.remarks) == bool((size - 4096) % 65536)
    assert counts[0] < counts[1] < counts[2]


def test_a_log_that_began_again_at_its_start_is_read_from_its_oldest_event(tmp_path, recordings):
    (file,) = (recordings / "evtx").rglob("benign/security.evtx.gz")
    content = gzip.decompress(file.read_bytes())
    turned = content[:4096] + content[4096 + 3 * 65536 :] + content[4096 : 4096 + 3 * 65536]
    straight, _ = read_bytes(tmp_path, content)
    unrolled, _ = read_bytes(tmp_path, turned)
    assert unrolled[Kind.EVENT][0].equals(straight[Kind.EVENT][0])


def test_the_size_of_the_stretches_changes_nothing(tmp_path, logs):
    content = gzip.decompress(logs[-1].read_bytes())
    rows = [
        [row for table in read_bytes(tmp_path, content, events)[0][Kind.EVENT] for row in table.rows()]
        for events in (7, 20_000)
    ]
    assert rows[0] == rows[1]


def test_no_damage_gets_past_the_reader(tmp_path, logs):
    chance = random.Random(1)
    contents = [gzip.decompress(path.read_bytes())[: 4096 + 2 * 65536] for path in logs]
    outcomes = Counter()
    for _ in range(60):
        content = bytearray(chance.choice(contents))
        for _ in range(chance.choice([1, 10, 200])):
            content[chance.randrange(8, len(content))] = chance.randrange(256)
        try:
            read_bytes(tmp_path, bytes(content[: chance.randrange(4096, len(content))]))
            outcomes["read"] += 1
        except CloisonError:
            outcomes["refused"] += 1
    assert outcomes["read"] > 0


def test_a_compressed_log_is_read_through_a_copy_that_goes(logs):
    reading = open_reading([logs[0]])
    assert sum(len(batch) for batch in reading.batches()) > 0
    assert reading.refusals == ()
