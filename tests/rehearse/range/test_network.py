"""Nothing of the machine is seen from inside the range, and nothing of the range from outside."""

import subprocess

import pytest
from tests.rehearse.range.seen import in_zone

from cloison.errors import RangeError
from cloison.rehearse.range.network import MARK, within

LOOK = """
import json, os, socket, sys
with open("/etc/resolv.conf") as file:
    resolver = file.read().split()[1::2]
with open("/run/cloison-range") as file:
    mark = file.read()
print(json.dumps({
    "links": sorted(name for _, name in socket.if_nameindex()),
    "run": sorted(os.listdir("/run")),
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
    "resolver": resolver,
    "mark": mark,
}))
"""


def test_a_zone_sees_its_own_link_and_none_of_the_machine_s_services(running_range, layout):
    seen = in_zone(running_range, "urgences", LOOK, None)
    assert (seen["links"], seen["mark"]) == (["lo", "up0"], "essai")
    assert {name.partition("-")[0].partition(".")[0] for name in seen["run"]} <= {
        "cloison",
        "mount",
        "netns",
        "softflowd",
    }
    assert seen["resolver"] == [str(layout.place_of(name)[1]) for name in ("ad-1", "ad-2")]
    assert seen["processes"] < 20


@pytest.mark.usefixtures("running_range")
def test_the_machine_has_neither_the_range_s_mark_nor_its_links():
    assert not MARK.exists()
    links = subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True).stdout
    assert not {"z00", "span0", "up0"} & {line.split()[0].partition("@")[0] for line in links.splitlines()}


@pytest.mark.usefixtures("needs_range")
def test_a_step_that_is_refused_is_told_with_its_own_words():
    with pytest.raises(RangeError, match="netns-absent"):
        within("netns-absent", ["true"])
