import json
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.incident.test_suspicion import HOSPITAL

from cloison.incident.identities import MOST_ADDRESSES, Identities
from cloison.model.observations import Kind, conform

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def lease(address, name, minute=0):
    return Kind.DHCP, {"seen_at": NOON + timedelta(minutes=minute), "assigned": address, "host_name": name}


def logon(address, name, minute=0):
    return Kind.LOGON, {
        "seen_at": NOON + timedelta(minutes=minute),
        "src": address,
        "dst": "10.2.0.1",
        "client_name": name,
    }


def answer(query, *addresses, minute=0):
    return Kind.DNS, {
        "seen_at": NOON + timedelta(minutes=minute),
        "query": query,
        "query_type": "A",
        "answers": list(addresses),
    }


def connection(computer, own, other, *, initiated=True, minute=0):
    ends = (own, other) if initiated else (other, own)
    data = {"Initiated": str(initiated).lower(), "SourceIp": ends[0], "DestinationIp": ends[1]}
    return Kind.EVENT, {
        "seen_at": NOON + timedelta(minutes=minute), "computer": computer, "event_id": 3,
        "provider": "Microsoft-Windows-Sysmon", "data": json.dumps(data),
    }  # fmt: skip


def learnt(*rows, hospital=None, cuts=()):
    fold = Identities(hospital)
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        batch = {}
        for kind, row in rows[start:end]:
            batch.setdefault(kind, []).append(row)
        fold.add({kind: conform(kind, pl.DataFrame(part)) for kind, part in batch.items()})
    return fold.hosts()


def test_a_lease_joins_a_name_and_an_address():
    hosts = learnt(lease("10.1.2.3", "PC-12"))
    assert hosts.find("pc-12.chu.example").key == hosts.find("10.1.2.3").key


def test_an_address_that_changed_hands_is_its_last_owners():
    hosts = learnt(lease("10.1.2.3", "PC-12"), lease("10.1.2.3", "PC-13", minute=9))
    assert hosts.find("10.1.2.3").key == "pc-13"
    assert hosts.find("PC-12").key == "pc-12"


def test_a_lease_outweighs_the_name_that_a_client_gives_itself():
    hosts = learnt(lease("10.1.2.3", "PC-12"), logon("10.1.2.3", "SRV-FIC", minute=9))
    assert hosts.find("10.1.2.3").key == "pc-12"


def test_a_tools_default_name_is_no_machine():
    rows = [logon(f"10.1.2.{last}", "KALI") for last in range(1, MOST_ADDRESSES + 2)]
    hosts = learnt(*rows)
    assert len({hosts.find(f"10.1.2.{last}").key for last in range(1, MOST_ADDRESSES + 2)}) == MOST_ADDRESSES + 1


def test_a_hosts_own_log_tells_its_address_whoever_opened_the_connection():
    assert learnt(connection("PC-12.chu.example", "10.1.2.3", "198.51.100.7")).find("10.1.2.3").key == "pc-12"
    assert (
        learnt(connection("PC-12.chu.example", "10.1.2.3", "10.9.9.9", initiated=False)).find("10.1.2.3").key == "pc-12"
    )


def test_dns_names_one_inside_machine_and_no_balanced_service():
    hosts = learnt(
        answer("imprimante.chu.example", "10.1.0.9"),
        answer("portail.chu.example", "10.1.0.7", "10.1.0.8"),
        answer("www.example", "198.51.100.7"),
    )
    assert hosts.find("imprimante").key == "10.1.0.9"
    assert hosts.find("portail").key == "portail"
    assert hosts.find("www").key == "www"


def test_the_map_has_the_last_word():
    hosts = learnt(lease("10.2.0.2", "autre-nom"), hospital=HOSPITAL)
    assert hosts.find("autre-nom").asset == hosts.find("10.2.0.2").asset == "fichiers"


NAMES = st.sampled_from(["pc-1", "pc-2", "kali"])
ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "198.51.100.1"])
ROWS = st.one_of(
    st.builds(lease, ADDRESSES, NAMES, st.integers(0, 3)),
    st.builds(logon, ADDRESSES, NAMES, st.integers(0, 3)),
    st.builds(answer, NAMES, ADDRESSES),
    st.builds(connection, NAMES, ADDRESSES, ADDRESSES),
)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=12), st.data())
def test_cutting_the_stream_changes_nothing(rows, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(rows)), max_size=4)))
    names = ["pc-1", "pc-2", "kali", "10.0.0.1", "10.0.0.2", "10.0.0.3"]
    whole, parts = learnt(*rows), learnt(*rows, cuts=cuts)
    assert [whole.find(name) for name in names] == [parts.find(name) for name in names]
