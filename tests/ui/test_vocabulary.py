from cloison.model.hospital import Level, ZoneKind
from cloison.model.plan import ServiceState
from cloison.ui.vocabulary import KINDS, LEVELS, STATES


def test_every_word_of_the_model_has_one_for_people():
    assert (set(KINDS), set(LEVELS), set(STATES)) == (set(ZoneKind), set(Level), set(ServiceState))
