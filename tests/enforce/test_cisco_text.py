from datetime import datetime, timedelta
from ipaddress import IPv4Network

import pytest

from cloison.enforce.cisco_text import ALWAYS, OVER, read_clock, read_groups, read_lines, read_ranges, until

NOON = datetime(2026, 11, 22, 12, 0, 30)  # noqa: DTZ001 - the device's own zone


@pytest.mark.parametrize(
    "text", ["*12:00:30.123 UTC Sun Nov 22 2026", "12:00:30 CEST Sun Nov 22 2026\n", ".12:00:30.1 X Sun Nov 22 2026"]
)
def test_the_clock_is_read_in_the_device_s_own_time(text):
    assert read_clock(text) == NOON


def test_what_is_no_clock_is_refused():
    with pytest.raises(ValueError, match="Invalid"):
        read_clock("% Invalid input")


def test_groups_of_others_are_not_read():
    text = (
        "object-group network CLOISON-1-X\n description x\n host 10.1.0.9\n 10.1.1.0 255.255.255.0\n"
        "object-group service WEB\n tcp eq 80\nobject-group network SITE\n host 10.9.9.9\n"
        "object-group network CLOISON-1-T\n network-object host 10.2.0.1\n network-object 10.3.0.0 255.255.0.0\n"
    )
    assert read_groups(text) == {
        "CLOISON-1-X": {IPv4Network("10.1.0.9"), IPv4Network("10.1.1.0/24")},
        "CLOISON-1-T": {IPv4Network("10.2.0.1"), IPv4Network("10.3.0.0/16")},
    }


def test_a_group_that_holds_something_else_is_not_understood():
    with pytest.raises(ValueError, match="group-object"):
        read_groups("object-group network CLOISON-1-X\n group-object OTHERS\n")


def test_a_time_range_tells_how_long_it_still_runs_its_last_minute_within():
    text = (
        f"time-range CLOISON-1\n {until(NOON + timedelta(minutes=2))}\ntime-range CLOISON-2\n {ALWAYS}\n"
        f"time-range CLOISON-3\n {OVER}\ntime-range SITE\n {ALWAYS}\n"
    )
    assert read_ranges(text, NOON) == {"CLOISON-1": timedelta(minutes=2, seconds=30), "CLOISON-2": None}


def test_only_the_lines_before_the_site_s_first_count_whatever_names_the_device_prints():
    ios = (
        "Extended IP access list LAN-IN\n"
        "    1 permit tcp object-group CLOISON-1-L object-group CLOISON-1-T eq www time-range CLOISON-1 (active) (3 matches)\n"
        "    2 deny ip object-group CLOISON-1-X object-group CLOISON-1-T time-range CLOISON-1 (inactive)\n"
        "    10000 permit ip any any (12 matches)\n"
        "    10010 deny ip object-group CLOISON-2-X object-group CLOISON-2-T time-range CLOISON-2\n"
    )
    asa = (
        "access-list LAN-IN remark Cloison\n"
        "access-list LAN-IN extended permit tcp object-group CLOISON-1-L object-group CLOISON-1-T eq www time-range CLOISON-1 \n"
        "access-list LAN-IN extended deny ip object-group CLOISON-1-X object-group CLOISON-1-T time-range CLOISON-1 \n"
        "access-list LAN-IN extended permit ip any any \n"
    )
    wanted = [
        "permit tcp object-group CLOISON-1-L object-group CLOISON-1-T eq 80 time-range CLOISON-1",
        "deny ip object-group CLOISON-1-X object-group CLOISON-1-T time-range CLOISON-1",
    ]
    assert read_lines(ios) == read_lines(asa) == wanted
