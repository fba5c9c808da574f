"""What the map declares passes the router, and is counted."""

import json
import subprocess
from ipaddress import ip_network

import pytest
from tests.rehearse.range.seen import in_zone

from cloison.errors import RangeError
from cloison.model.hospital import Conduit, ConduitId, Hospital, Zone, ZoneId, ZoneKind
from cloison.ops.ranging import entering
from cloison.rehearse.range.firewall import Passed, passages, peacetime
from cloison.rehearse.range.layout import ROUTER, lay_out

NETS = (("a", ip_network("10.1.0.0/24")), ("b", ip_network("10.2.0.0/24")))
TALK = """
import json, socket, sys
seen = []
for source, host, port in json.loads(sys.argv[1]):
    with socket.socket() as one:
        one.bind((source, 0))
        one.settimeout(0.5)
        try:
            one.connect((host, port))
            seen.append("open")
        except ConnectionRefusedError:
            seen.append("refused")
        except OSError:
            seen.append("silent")
print(json.dumps(seen))
"""


def counted(folder, hospital):
    listing = ["nsenter", f"--net=/run/netns/{ROUTER}", "--", "nft", "-j", "list", "counters"]
    return passages(
        subprocess.run(entering(folder, listing), capture_output=True, text=True, check=True).stdout, hospital
    )


def test_declared_services_reach_their_zone_and_nothing_else_does(running_range, layout):
    before = counted(running_range, layout.hospital)
    # A closed port that answers "refused" was reached: the router let the question and the answer through.
    tries = [("10.30.0.11", "10.31.0.10", 104), ("10.30.0.11", "10.31.0.10", 22), ("10.30.0.11", "10.52.0.10", 443)]
    assert in_zone(running_range, "imagerie", TALK, tries) == ["refused", "silent", "silent"]
    after = counted(running_range, layout.hospital)
    flow, was = (one.flows["modalites>pacs"] for one in (after, before))
    assert (flow.packets - was.packets, flow.packets_back - was.packets_back) == (1, 1)
    assert after.conduits["imagerie>imagerie-serveurs"].packets > before.conduits["imagerie>imagerie-serveurs"].packets
    assert after.conduits["imagerie-serveurs>imagerie"] == before.conduits["imagerie-serveurs>imagerie"]
    assert after.refused - before.refused >= 2


def test_the_world_outside_reaches_only_what_the_map_gives_it(running_range):
    tries = [("198.18.0.6", "10.5.0.10", 25), ("198.18.0.6", "10.52.0.10", 443)]
    assert in_zone(running_range, "internet", TALK, tries) == ["refused", "silent"]


def test_a_conduit_that_names_no_service_lets_everything_pass():
    zones = tuple(Zone(id=ZoneId(name), name=name, kind=ZoneKind.SERVER, networks=(net,)) for name, net in NETS)
    conduit = Conduit(id=ConduitId("a>b"), from_=ZoneId("a"), to=ZoneId("b"))
    text = peacetime(lay_out(Hospital(name="H", zones=zones, conduits=(conduit,))))
    assert 'add rule inet hospital z00-z01  accept comment "a>b"' in text


def test_services_are_written_as_nft_matches_them():
    zones = tuple(Zone(id=ZoneId(name), name=name, kind=ZoneKind.SERVER, networks=(net,)) for name, net in NETS)
    services = ("tcp/443", "udp/1024-2047", "ip/50", "icmp")
    conduit = Conduit(id=ConduitId("a>b"), from_=ZoneId("a"), to=ZoneId("b"), services=services)
    text = peacetime(lay_out(Hospital(name="H", zones=zones, conduits=(conduit,))))
    for written in ("tcp dport 443", "udp dport 1024-2047", "meta l4proto 50", "meta l4proto icmp"):
        assert f"add rule inet hospital z00-z01 {written} accept" in text


def test_counters_are_read_by_conduit_and_by_flow(layout):
    hospital = layout.hospital
    index = [conduit.id for conduit in hospital.conduits].index("imagerie>imagerie-serveurs")
    told = [
        {"counter": {"name": f"conduit-{index}-out", "packets": 3, "bytes": 180}},
        {"counter": {"name": f"conduit-{index}-back", "packets": 2, "bytes": 120}},
        {"counter": {"name": "refused", "packets": 7, "bytes": 420}},
    ]
    seen = passages(json.dumps({"nftables": told}), hospital)
    passed = Passed(packets=3, bytes_=180, packets_back=2, bytes_back=120)
    assert (seen.conduits["imagerie>imagerie-serveurs"], seen.refused) == (passed, 7)
    assert seen.flows["modalites>pacs"] == Passed()


@pytest.mark.parametrize("listing", ["", "{}", '{"nftables": [{"counter": {}}]}', "[]"])
def test_what_is_no_listing_of_counters_is_told(layout, listing):
    with pytest.raises(RangeError, match="cannot be read"):
        passages(listing, layout.hospital)
