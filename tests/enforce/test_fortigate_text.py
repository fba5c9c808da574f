from tests.enforce.test_slots import CARE, CORE, OFFICE

from cloison.enforce.fortigate_text import arming, policies_of, service_fields, service_name, shutting
from cloison.enforce.slots import slots_of


def test_what_passes_stands_before_what_does_not():
    assert [policy["action"] for policy in policies_of(OFFICE)] == ["accept", "deny"]
    assert [policy["action"] for policy in policies_of(CARE)] == ["deny"]


def test_services_without_ports_are_protocols():
    assert service_fields((6, (80, 90))) == {"tcp-portrange": "80-90"}
    assert service_fields((47, None)) == {"protocol": "IP", "protocol-number": 47}
    assert service_name((47, None)) != service_name((6, (47, 47)))


def test_every_table_that_is_opened_is_ended():
    for text in (arming(slots_of(CORE)), shutting(OFFICE, "# end")):
        words = [line.split()[0] for line in text.splitlines()]
        assert words.count("config") == words.count("end") > 0
        assert words.count("edit") == words.count("next")
