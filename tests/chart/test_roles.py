"""The rules that tell roles."""

from cloison.chart.roles import BY_ROLE, ROLES, Sign
from cloison.chart.services import BY_NAME


def test_every_rule_names_known_families_and_probabilities():
    assert len(BY_ROLE) == len(ROLES)
    signs: list[Sign] = [sign for role in ROLES for sign in (*role.signs, *role.against)]
    for sign in signs:
        assert 0 < sign.weight < 1
        assert sum(part is not None for part in (sign.serves, sign.uses, sign.does)) == 1
        assert {sign.serves, sign.uses} - {None} <= set(BY_NAME)
