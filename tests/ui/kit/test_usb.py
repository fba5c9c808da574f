from datetime import UTC, datetime

import pytest

from cloison.ui.kit.usb import BACKUP, PDF, readme
from cloison.ui.languages import Translator

NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_says_what_to_open_first_and_the_two_commands(language):
    name, text = readme(Translator(language, "UTC"), made_at=NOW, wheel="cloison-1-py3-none-any.whl", secrets=False)
    assert name == {"fr": "LISEZMOI.txt", "en": "README.txt"}[language]
    assert text.index(PDF) < text.index(f"cloison restore /media/cle/{BACKUP}") < text.index("cloison serve --new-link")
    assert "pip install cloison-1-py3-none-any.whl" in text


def test_with_the_secrets_people_come_in_as_usual():
    _, text = readme(Translator("fr"), made_at=NOW, wheel=None, secrets=True)
    assert "--new-link" not in text
    assert "mot de passe habituel" in text
