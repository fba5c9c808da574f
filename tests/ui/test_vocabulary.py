from cloison.model.hospital import Level, ZoneKind
from cloison.model.people import Right, Role
from cloison.model.plan import ServiceState
from cloison.ui.vocabulary import KINDS, LEVELS, RIGHTS, ROLES, STATES


def test_every_word_of_the_model_has_one_for_people():
    assert (set(KINDS), set(LEVELS), set(STATES)) == (set(ZoneKind), set(Level), set(ServiceState))
    assert (set(ROLES), set(RIGHTS)) == (set(Role), set(Right))
