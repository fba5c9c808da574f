from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network, ip_address

from hypothesis import given
from hypothesis import strategies as st
from tests.enforce.made import spans
from tests.enforce.wards import BOTH, OFFICE_TO_SERVERS, SERVERS_TO_CARE, hospital

from cloison.enforce.rules import rules_of, structures_of
from cloison.enforce.slots import NOBODY, Slot, networks, readback, slots_of
from cloison.model.sealing import Passing

(CORE, *_) = structures_of(hospital())
DOORS = rules_of(BOTH, hospital()).points[0].doors
OFFICE, CARE = map(Slot, DOORS)


@given(st.lists(spans(4), max_size=4))
def test_networks_hold_the_addresses_of_the_spans_and_no_other(some):
    made = networks(some)
    edges = {edge for span in some for edge in (int(span.first), int(span.last))}
    for number in {near for edge in edges for near in (edge - 1, edge, edge + 1) if 0 <= near < 2**32}:
        inside = any(int(span.first) <= number <= int(span.last) for span in some)
        assert any(IPv4Address(number) in network for network in made) is inside


def test_a_slot_keeps_its_name_whatever_the_rest_of_the_map_becomes():
    again = Slot(replace(OFFICE.door, passings=(), crossings=()))
    assert (again.name, again.vital, again.shut) == (OFFICE.name, OFFICE.vital, OFFICE.shut)
    assert len({slot.name for slot in slots_of(CORE)}) == 3


def test_a_closed_door_fills_no_group_of_lifelines_and_a_lifeline_comes_first():
    assert list(OFFICE.filled) == [OFFICE.vital, OFFICE.shut]
    assert list(CARE.filled) == [CARE.shut]


def test_answers_pass_only_from_fixed_ports_of_the_other_way():
    care = next(slot for slot in slots_of(CORE) if slot.door.conduit == SERVERS_TO_CARE)
    assert care.returns == ((6, (104, 104)),)
    (crossing,) = care.door.crossings
    wide = Passing(source=crossing.target, target=crossing.source, protocol=6, ports=(1, 65535))
    client = replace(wide, ports=(40000, 40000))
    elsewhere = replace(wide, ports=(104, 104), source=replace(crossing.target, first=ip_address("10.3.0.9")))
    assert Slot(care.door, (wide, client, elsewhere)).returns == ()


def test_a_door_is_held_when_its_groups_are_just_so_and_its_lines_are_there():
    (office,) = networks([DOORS[0].crossings[0].source])
    whole = {OFFICE.vital: {office, NOBODY}, OFFICE.shut: {office}}

    def read(groups, sound):
        return readback(DOORS[:1], groups, sound=sound, lapses={OFFICE.name: timedelta(seconds=9)})

    assert read(whole, {OFFICE.name}).whole == (OFFICE_TO_SERVERS,)
    assert read(whole, {OFFICE.name}).lapses == ((OFFICE_TO_SERVERS, timedelta(seconds=9)),)
    assert read(whole, set()).partly == (OFFICE_TO_SERVERS,)
    assert read({**whole, OFFICE.vital: set()}, {OFFICE.name}).partly == (OFFICE_TO_SERVERS,)
    assert read({OFFICE.shut: {NOBODY}}, {OFFICE.name}).partly == ()
    assert read({CARE.shut: {office}, CARE.behind: {office}}, {OFFICE.name}).strangers == 1


def test_a_closed_door_through_which_lifelines_still_pass_is_not_whole():
    groups = {CARE.shut: set(CARE.sources), CARE.vital: {IPv4Network("10.9.0.0/24")}}
    assert readback(DOORS[1:], groups, sound={CARE.name}, lapses={}).whole == ()
