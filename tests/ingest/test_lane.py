import polars as pl
from tests.ingest.logs import CONN, conn, tsv
from tests.ingest.windows.events import element, lines

from cloison.errors import UnreadableSourceError
from cloison.ingest.formats.windows_json import WindowsJson
from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.lane import Lane, grouped
from cloison.ingest.opening import open_source
from cloison.ingest.order import NEVER
from cloison.ingest.windows.sheet import WEIGHT
from cloison.model.observations import Kind
from cloison.words import say


def records(*numbers):
    return pl.DataFrame({"record": numbers}, schema={"record": pl.UInt64})


def test_tables_whose_records_interleave_are_put_together():
    tables = [
        (Kind.FLOW, records(1, 4)),
        (Kind.DNS, records(2, 3)),
        (Kind.TLS, records()),
        (Kind.FLOW, records(5, 6)),
        (Kind.FLOW, records(7)),
        (Kind.DNS, records(8)),
    ]
    got = [[(kind, table["record"].to_list()) for kind, table in group] for group in grouped(iter(tables))]
    assert got == [
        [(Kind.FLOW, [1, 4]), (Kind.DNS, [2, 3])],
        [(Kind.FLOW, [5, 6])],
        [(Kind.FLOW, [7])],
        [(Kind.DNS, [8])],
    ]


def lane_of(tmp_path, count, reach):
    file = tmp_path / "conn.log"
    file.write_text(tsv("conn", CONN, [conn(i) for i in range(count)]))
    return Lane(0, open_source(file, "conn.log"), ZeekTsv(block_bytes=1024), reach)


def test_a_parked_lane_knows_when_it_begins_and_gives_everything_again(tmp_path):
    lane = lane_of(tmp_path, 100, 10)
    lane.prime()
    first = min(int(piece.keys.min()) for piece in lane.take(NEVER))
    lane.prime()
    lane.park()
    assert (lane.floor, lane.held()) == (first, 0)
    lane.prime()
    while lane.frontier() != NEVER:
        lane.advance()
    assert sum(len(piece.keys) for piece in lane.take(NEVER)) == 100
    assert lane.done()
    assert lane.source().records == 100
    assert lane.bytes_read() == lane.bytes_in_all()


def test_a_format_that_gives_up_makes_a_refusal_and_keeps_what_was_read(tmp_path):
    class GivesUp(ZeekTsv):
        def read(self, opened, tally):
            yield from super().read(opened, tally)
            raise UnreadableSourceError(say("enough"), fix=say("none"), where=opened.shown)

    lane = lane_of(tmp_path, 5, 100)
    lane._format = GivesUp()
    lane.prime()
    assert lane.held() == 5
    assert lane.frontier() == NEVER
    assert str(lane.refusal.reason) == "enough"


def test_heavy_records_fill_a_lane_sooner(tmp_path):
    file = tmp_path / "events.json"
    file.write_text(lines(*(element() for _ in range(100))))
    lane = Lane(0, open_source(file, "events.json"), WindowsJson(block_bytes=256, events=5), 10 * WEIGHT)
    lane.prime()
    assert 10 * WEIGHT <= lane.held() < 40 * WEIGHT
    assert not lane.done()


def test_a_lane_foresees_when_it_begins_and_then_gives_everything(tmp_path):
    lane = lane_of(tmp_path, 100, 10)
    lane.prime()
    first = lane.lowest()
    lane = lane_of(tmp_path, 100, 10)
    assert lane.foresee()
    assert first - 110_000_000 < lane.floor <= first
    assert (lane.exact, lane.held()) == (False, 0)
    lane.prime()
    while lane.frontier() != NEVER:
        lane.advance()
    assert sum(len(piece.keys) for piece in lane.take(NEVER)) == 100
    assert lane.source().late == 0
    assert lane.bytes_read() == lane.bytes_in_all()


def test_a_format_that_foresees_nothing_says_so(tmp_path):
    file = tmp_path / "events.json"
    file.write_text(lines(element()))
    assert not Lane(0, open_source(file, "events.json"), WindowsJson(block_bytes=256), 10).foresee()
