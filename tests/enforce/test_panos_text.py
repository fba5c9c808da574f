from datetime import timedelta
from ipaddress import IPv4Network
from xml.etree import ElementTree as ET

import pytest
from panos.firewall import Firewall
from panos.userid import UserId
from tests.enforce.test_slots import CORE, OFFICE

from cloison.enforce.panos_text import (
    KEPT,
    arming,
    complaint_of,
    groups_of,
    read_answer,
    read_tags,
    registering,
    rules_of,
    sayable,
    unregistering,
)
from cloison.enforce.slots import slots_of

NET, HOST = IPv4Network("10.1.0.0/24"), IPv4Network("10.9.0.1/32")


def flat(root):
    return [(part.tag, dict(part.attrib), (part.text or "").strip()) for part in root.iter() if part.tag != "version"]


@pytest.mark.parametrize("timeout", [None, 120])
def test_the_vendor_s_own_library_writes_the_same_message(timeout):
    theirs = UserId(Firewall("192.0.2.1", api_key="x"))
    theirs.batch_start()
    theirs.register(str(NET), "CLOISON-1-X", timeout)
    theirs.register(str(HOST.network_address), "CLOISON-1-X", timeout)
    ours = registering([("CLOISON-1-X", [NET, HOST])], timedelta(seconds=timeout) if timeout else None)
    assert flat(ET.fromstring(ours)) == flat(theirs._batch_uidmessage)  # noqa: S314 - written here


def test_a_timeout_beyond_the_longest_is_for_good():
    assert "timeout" not in registering([("T", [NET])], timedelta(days=31))
    assert "timeout" not in unregistering([("T", [NET])])


def test_a_group_matches_what_either_tag_holds():
    entries = f'<entry ip="10.1.0.0/24"><tag><member>CLOISON-1-X{KEPT}</member><member>site</member></tag></entry>'
    entries += '<entry ip="10.9.0.1"><tag><member>CLOISON-1-X</member></tag></entry>'
    answer = read_answer(f'<response status="success"><result>{entries}</result></response>')
    assert groups_of(read_tags(answer)) == {"CLOISON-1-X": {NET, HOST}}


def test_an_answer_that_complains_and_one_that_is_none_are_told_apart():
    said = read_answer('<response status="error" code="7"><msg><line>No such node</line></msg></response>')
    assert complaint_of(said) == "No such node"
    for text in ("", "<html/>", "\x00", "<response"):
        with pytest.raises(ValueError, match=r"^"):
            read_answer(text)


def test_only_what_has_ports_can_be_a_service():
    assert [sayable(one) for one in ((6, (80, 80)), (17, (1, 9)), (1, None), (47, None))] == [True, True, False, False]
    assert [name for name, _ in rules_of(OFFICE)] == [OFFICE.vital, OFFICE.shut]
    assert arming(slots_of(CORE)).endswith("commit\n")
