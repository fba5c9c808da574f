import pytest
from tests.ui.web.consoles import PASSWORD

from cloison.errors import BadValueError, NotApprovedError
from cloison.ui.languages import Translator
from cloison.ui.remote import signing
from cloison.ui.remote.signing import signature

WORDS = Translator("en")


@pytest.fixture
def asked(monkeypatch):
    """Somebody at the keyboard, and what they were asked."""
    questions, typed = [], iter([PASSWORD, "123456"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(signing, "getpass", lambda question: questions.append(question) or next(typed))
    return questions


@pytest.mark.parametrize("name", [None, "S. Vigie", "s. vigie", "SECURITY-OFFICER", "S. Vigie (essai)"])
def test_who_signs_is_the_tokens_person_and_the_secrets_are_asked(far, asked, name):
    assert signature(far.server, name, WORDS) == {"secret": PASSWORD, "code": "123456"}
    assert asked[0].startswith("S. Vigie signs on http://127.0.0.1:")
    assert len(asked) == 2


def test_nobody_signs_for_another(far, asked):
    with pytest.raises(BadValueError, match="speaks for"):
        signature(far.server, "D. Barre", WORDS)
    assert asked == []


def test_without_anybody_at_the_keyboard_nothing_is_signed(far, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(NotApprovedError, match="keyboard"):
        signature(far.server, None, WORDS)
