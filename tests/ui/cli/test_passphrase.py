import pytest

from cloison.errors import BadValueError, MissingFileError
from cloison.ui.cli.passphrase import passphrase
from cloison.ui.languages import Translator

WORDS = Translator("en")
SECRET = "cinq mots sans aucun rapport"  # noqa: S105 - of nobody


def file_with(folder, text, mode=0o600):
    path = folder / "phrase"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_first_line_of_a_file_that_is_ours_alone_is_the_passphrase(tmp_path):
    assert passphrase(file_with(tmp_path, f"{SECRET}\nremarks\n"), WORDS, fresh=True) == SECRET


def test_the_environment_may_hold_it(monkeypatch):
    monkeypatch.setenv("CLOISON_PASSPHRASE", SECRET)
    assert passphrase(None, WORDS, fresh=True) == SECRET


@pytest.mark.parametrize(("text", "mode"), [(SECRET, 0o640), ("", 0o600), ("\nlater", 0o600), ("short", 0o600)])
def test_a_file_that_others_read_or_that_holds_too_little_is_refused(tmp_path, text, mode):
    with pytest.raises(BadValueError):
        passphrase(file_with(tmp_path, text, mode), WORDS, fresh=True)


def test_a_short_one_that_was_taken_once_still_opens(tmp_path):
    assert passphrase(file_with(tmp_path, "short"), WORDS, fresh=False) == "short"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MissingFileError):
        passphrase(tmp_path / "nothing", WORDS, fresh=True)


def test_nobody_at_the_keyboard_is_told(monkeypatch):
    monkeypatch.delenv("CLOISON_PASSPHRASE", raising=False)
    with pytest.raises(BadValueError, match="nobody"):
        passphrase(None, WORDS, fresh=True)
