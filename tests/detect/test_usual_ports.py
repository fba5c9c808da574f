import polars as pl
import pytest

from cloison.detect.usual_ports import CALLED_INSIDE, CALLED_OUTSIDE, DYNAMIC, odd_port


@pytest.mark.parametrize("port", [104, 11112, 2575, 502, 1433, 9100, 445, 8080])
def test_care_machines_and_services_are_usual_inside(port):
    assert port in CALLED_INSIDE


def test_what_is_usual_outside_is_usual_inside():
    assert CALLED_OUTSIDE < CALLED_INSIDE
    assert {80, 443, 587, 5938} <= CALLED_OUTSIDE


@pytest.mark.parametrize("port", [445, 3389, 4444, 1177])
def test_shares_screens_and_odd_ports_are_not_called_outside(port):
    assert port not in CALLED_OUTSIDE


def test_ports_that_machines_give_out_need_no_list():
    assert not [port for port in CALLED_INSIDE if port >= DYNAMIC and port not in (50000, 51773)]


@pytest.mark.parametrize(
    ("port", "inside", "odd"), [(445, True, False), (445, False, True), (4444, True, True), (50_123, True, False)]
)
def test_a_port_is_odd_by_where_it_is_called(port, inside, odd):
    row = {"dst_port": port, "dst_inside": inside, "dst_outside": not inside}
    assert pl.DataFrame([row]).select(it=odd_port())["it"].item() is odd
