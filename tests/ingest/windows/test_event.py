import pytest

from cloison.ingest.windows.event import event_number, system_fields, usual_names

AUDIT = "Microsoft-Windows-Security-Auditing"


@pytest.mark.parametrize(
    ("written", "number"),
    [(4624, 4624), ("4624", 4624), ("x", None), (None, None), (-1, None), (1 << 32, None), ([], None), (1e400, None)],
)
def test_an_event_is_known_by_a_number_or_by_none(written, number):
    assert event_number(written) == number


def test_fields_that_every_event_has_are_text_and_absent_ones_are_left_out():
    fields = system_fields("p", 1, "Security", None, 0, None, None, "0x8020000000000000", None)
    assert fields == {
        "Provider_Name": "p",
        "EventID": "1",
        "Channel": "Security",
        "Level": "0",
        "Keywords": "0x8020000000000000",
    }


@pytest.mark.parametrize(
    ("given_", "usual"),
    [
        (("Security", None), ("Security", AUDIT)),
        (("Security", "Microsoft Windows security auditing."), ("Security", AUDIT)),
        ((None, AUDIT), ("Security", AUDIT)),
        (("System", None), ("System", None)),
        ((None, "Other"), (None, "Other")),
    ],
)
def test_a_channel_or_provider_left_out_is_told_from_the_other(given_, usual):
    assert usual_names(*given_) == usual
