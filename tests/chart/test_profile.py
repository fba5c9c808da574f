"""What machines serve and use."""

from tests.chart.traffic import census_of, other_rows, talk

from cloison.chart.profile import SWEEP, profiles
from cloison.model.observations import Kind

SERVER = "10.0.0.9"


def test_clients_and_servers_are_counted_once_each():
    census = census_of(*(talk(f"10.0.1.{host}", SERVER, times=2) for host in range(1, 4)))
    found = profiles(census, frozenset({SERVER, "10.0.1.1"}))
    assert (found[SERVER].serves["smb"].peers, found[SERVER].serves["smb"].records) == (3, 6)
    assert found["10.0.1.1"].uses["smb"].peers == 1
    assert set(found) == {SERVER, "10.0.1.1"}


def test_bytes_are_told_from_each_side():
    census = census_of(talk("10.0.1.1", SERVER, "tcp/104", sent=5000, received=10))
    found = profiles(census, frozenset({SERVER, "10.0.1.1"}))
    assert (found[SERVER].serves["dicom"].sent, found[SERVER].serves["dicom"].received) == (10, 5000)
    assert (found["10.0.1.1"].uses["dicom"].sent, found["10.0.1.1"].uses["dicom"].received) == (5000, 10)


def test_what_nobody_answered_is_no_service():
    census = census_of(talk("10.0.1.1", SERVER, answered=False), talk("10.0.1.2", SERVER, answered=None))
    assert profiles(census, frozenset({SERVER})) == {}


def test_a_sweeper_is_nobodys_client():
    sweep = [talk("10.0.9.9", f"10.0.1.{host}") for host in range(1, SWEEP + 1)]
    found = profiles(census_of(*sweep), frozenset({"10.0.1.1", "10.0.9.9"}))
    assert found["10.0.1.1"].serves["smb"].peers == 0
    assert found["10.0.9.9"].uses["smb"].peers == SWEEP


def test_traits_come_with_their_record():
    rows = other_rows(Kind.SMB, {"src": "10.0.1.1", "dst": SERVER, "share": r"\\x\netlogon"})
    found = profiles(census_of(also={Kind.SMB: rows}), frozenset({SERVER}))
    assert found[SERVER].traits == {"sysvol": (1, 0, 1)}
