from cloison.model.mute import Scope
from cloison.ui.languages import Translator
from cloison.ui.web.finding_page import SCOPES


def test_every_scope_of_normal_is_said_in_french():
    words = Translator("fr")
    assert set(SCOPES) == set(Scope)
    assert all(words.sentence(said) != str(said) for said in SCOPES.values())
