import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import START, findings_of, http

from cloison.detect.detectors.fetched_program import DETECTOR
from cloison.model.observations import Kind

HOST, FAR = "10.1.0.1", "203.0.113.9"


def found(rows):
    return findings_of(rows, DETECTOR)


def get(at, path, **more):
    return http(at, HOST, FAR, path, **{"method": "GET", "user_agent": "Mozilla/5.0", **more})


def program(at, **more):
    plain = {"src": FAR, "dst": HOST, "protocol": "http", "mime": "application/x-dosexec"}
    return {"kind": Kind.FILE, "at": at, **plain, **more}


@pytest.mark.parametrize(
    "row",
    [
        get(0, "/setup.exe", host=FAR),
        get(0, "/a/b.ps1?x=1", host=FAR),
        get(0, "/tool.dll", host="files.example", user_agent="Mozilla/5.0 WindowsPowerShell/5.1"),
    ],
)
def test_fires_on_files_that_run_from_nowhere(row):
    (one,) = found([row])
    assert one.technique == "T1105"
    assert one.sources == (HOST,)
    assert one.targets == (FAR,)


def test_fires_on_a_program_under_another_name():
    (one,) = found([get(0, "/picture.jpg", host=FAR), program(1)])
    assert "is a program" in str(one.explanation)


@pytest.mark.parametrize("request_known", [0, 3])
def test_fires_on_a_program_whose_request_did_not_say_so(request_known):
    began = {"ts": START, "at": request_known}
    (one,) = found([{**get(0, "/wp-content/a1/", host="blog.example"), **began}, program(1)])
    assert (one.technique, one.sources, one.targets, one.confidence) == ("T1105", (HOST,), (FAR,), 0.5)
    assert "did not say so" in str(one.explanation)


@pytest.mark.parametrize(
    "rows",
    [
        [get(0, "/setup.exe", host="download.example")],
        [get(0, "/setup.exe", host=FAR, status=404)],
        [get(0, "/app.js", host=FAR)],
        [get(0, "/index.html", host=FAR)],
        [get(0, "/setup.exe", host=None, user_agent=None)],
        [get(0, "/x.cab", host="download.example"), program(1)],
        [get(0, "/x.exe?id=3", host="download.example"), program(1)],
        [get(0, "/x", host="download.example"), program(90)],
        [get(0, "/x", host="download.example"), program(1, protocol="smtp")],
        [{**get(0, "/x", host="download.example"), "dst": "10.2.0.3"}, program(1, src="10.2.0.3")],
        [get(5, "/x", host="download.example"), program(1)],
        [get(0, "/x", host=FAR), program(7200)],
        [program(1)],
    ],
)
def test_quiet_on_named_publishers_pages_and_failures(rows):
    assert found(rows) == ()


def test_cuts_change_nothing():
    rows = [get(i, f"/{i}.exe" if i % 3 else "/x", host=FAR) for i in range(9)] + [program(i + 0.5) for i in range(9)]
    rows += [get(9 + i, f"/{i % 4}", host="blog.example") for i in range(9)] + [program(9.2 + 2 * i) for i in range(5)]
    rows += [{**row, "src": "10.1.0.2"} for row in rows if row["kind"] is Kind.HTTP]
    assert same_however_cut(rows, DETECTOR)
