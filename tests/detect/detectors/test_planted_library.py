import pytest
from tests.detect.traffic import DAY, findings_of, smb

from cloison.detect.detectors.planted_library import DETECTOR

BAD, VICTIM = "10.1.0.7", "10.1.0.8"


def put(name, *, share=r"\\WS8\C$", action="write", at=5.0):
    return {**smb(at, BAD, VICTIM, share, action), "name": name}


@pytest.mark.parametrize(
    "row",
    [
        put(r"Windows\System32\wlbsctrl.dll"),
        put(r"\windows\syswow64\a.DLL"),
        put(r"System32\wbem\a.dll", share=r"\\WS8\ADMIN$"),
        put(r"System32\a.cpl", share=r"\\WS8\ADMIN$", action="rename"),
    ],
)
def test_fires_on_a_library_put_among_the_systems_own(row):
    (one,) = findings_of([row], DETECTOR)
    assert (one.technique, one.sources, one.targets) == ("T1574.001", (BAD,), (VICTIM,))


@pytest.mark.parametrize(
    "row",
    [
        put(r"Windows\System32\wlbsctrl.dll", action="open"),
        put(r"Windows\System32\notes.txt"),
        put(r"Program Files\Care\care.dll"),
        put(r"Windows\System32\spool\drivers\x64\3\print.dll"),
        put(r"System32\a.dll", share=r"\\files\care"),
    ],
)
def test_quiet_on(row):
    assert not findings_of([row], DETECTOR)


def test_quiet_on_what_was_done_before():
    rows = [put(r"System32\a.dll", share="ADMIN$", at=day * DAY) for day in range(9)]
    assert len(findings_of(rows, DETECTOR)) == 1
