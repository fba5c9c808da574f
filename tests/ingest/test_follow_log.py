from tests.ingest.logs import CONN, conn, tsv

from cloison.ingest.follow_log import Log, in_lines
from cloison.ingest.formats.windows_json import WindowsJson
from cloison.ingest.formats.zeek_tsv import ZeekTsv


def log_of(path):
    return Log(origin=0, shown=str(path), path=path, format=ZeekTsv(), series="conn", packed=False, by_lines=True)


def test_a_header_that_comes_again_takes_over_for_what_follows(tmp_path):
    path = tmp_path / "conn.log"
    narrow = [name for name in CONN if name != "service"]
    path.write_text(tsv("conn", CONN, [conn(0)]))
    log = log_of(path)
    log.size = path.stat().st_size
    first = log.read()
    with path.open("a") as out:
        out.write(tsv("conn", narrow, [conn(1)]))
    log.size = path.stat().st_size
    second = log.read()
    with path.open("a") as out:
        out.write("".join(tsv("conn", narrow, [conn(2)]).splitlines(keepends=True)[6:7]))
    log.size = path.stat().st_size
    third = log.read()
    log.rest()
    assert [table.height for _, table in (*first, *second, *third)] == [1, 1, 1]
    assert log.source().rejected == 0


def test_a_log_that_has_no_record_yet_is_known_by_nothing(tmp_path):
    log = log_of(tmp_path / "conn.log")
    log.take_print(b"#separator \\x09\n#fields\tts\n")
    assert log.print_size == 0
    log.take_print(b"#separator \\x09\n#fields\tts\n1.0\n")
    assert log.print_size > 0


def test_a_file_that_vanished_ends_the_reading_without_an_error(tmp_path):
    log = log_of(tmp_path / "conn.log")
    log.size = 10
    assert log.read() == []
    assert not log.unread()


def test_json_written_over_many_lines_is_not_read_by_lines():
    assert in_lines(WindowsJson(), b'{"EventID": 1, "Channel": "x"}\n')
    assert not in_lines(WindowsJson(), b'{\n "EventID": 1}\n')
    assert not in_lines(WindowsJson(), b'[{"EventID": 1},\n')
