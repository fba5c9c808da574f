from uuid import UUID

from cloison.ingest.rpc_names import INTERFACES, OPERATIONS


def test_every_interface_is_a_uuid_in_lower_case():
    assert all(str(UUID(text)) == text for text in INTERFACES)


def test_every_operation_is_of_a_named_interface():
    assert {key.split()[0] for key in OPERATIONS} <= set(INTERFACES.values())
