import pytest

from cloison.model.people import RIGHTS, Right, Role


def test_every_role_has_its_rights_and_reads_at_least():
    assert set(RIGHTS) == set(Role)
    assert all(Right.READ in rights for rights in RIGHTS.values())


def test_who_makes_accounts_signs_no_plan_and_moves_no_door():
    assert not [
        role for role, rights in RIGHTS.items() if Right.PEOPLE in rights and rights & {Right.APPROVE, Right.SEAL}
    ]


@pytest.mark.parametrize("right", Right)
def test_every_right_is_somebodys(right):
    assert any(right in rights for rights in RIGHTS.values())


def test_two_roles_at_least_sign_so_that_a_second_person_can_be_found():
    assert len([role for role, rights in RIGHTS.items() if Right.APPROVE in rights]) >= 2
