from tests.ingest.frames import frame, observe

from cloison.ingest.detail.directory import Ldap
from cloison.model.observations import Kind

OVER = "eth:ip:tcp:ldap"


def ldap(number, operations, types, **more):
    return frame(number, OVER, port="389", ldap__protocolOp=operations, ldap__type=types, **more)


def test_each_attribute_changed_is_a_call():
    reader = Ldap()
    (kind, row), (_, other) = reader.take(ldap(3, "6", "nTSecurityDescriptor\x1fmember\x1fmember"))
    assert (kind, row["endpoint"], row["operation"]) == (Kind.RPC, "ldap", "modify nTSecurityDescriptor")
    assert (row["src"], row["dst_port"], row["record"]) == ("10.0.0.1", 389, 3)
    assert other["operation"] == "modify member"
    assert list(reader.end()) == []


def test_what_is_read_and_what_shares_a_packet_with_answers_is_left_out():
    assert not list(
        observe(Ldap(), ldap(1, "4", "nTSecurityDescriptor"), ldap(2, "6\x1f4", "member"), ldap(3, "6", ""))
    )
