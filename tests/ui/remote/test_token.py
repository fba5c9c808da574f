import pytest

from cloison.errors import BadValueError, MissingFileError
from cloison.ui.remote.token import find_token, usual_file

TOKEN = "cloison_" + "x" * 40


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch, tmp_path):
    monkeypatch.delenv("CLOISON_TOKEN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def file_with(path, text, mode=0o600):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_file_that_is_named_comes_before_the_environment_and_the_usual_file(monkeypatch, tmp_path):
    file_with(usual_file(), "usual")
    assert find_token(None) == "usual"
    monkeypatch.setenv("CLOISON_TOKEN", " of-the-environment\n")
    assert find_token(None) == "of-the-environment"
    assert find_token(file_with(tmp_path / "token", f"{TOKEN}\nremarks\n")) == TOKEN


def test_without_any_it_is_said_where_one_is_made():
    with pytest.raises(BadValueError, match="My account"):
        find_token(None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(BadValueError, match="chmod 600"):
        find_token(file_with(tmp_path / "token", TOKEN, mode))


@pytest.mark.parametrize("text", ["", "\n" + TOKEN, "two words", "é" * 20, "x" * 500, "a\tb"])
def test_what_is_no_token_is_refused_and_not_repeated(tmp_path, text):
    with pytest.raises(BadValueError, match="no token") as refused:
        find_token(file_with(tmp_path / "token", text))
    assert text.strip()[:10] not in str(refused.value) or not text.strip()


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        find_token(tmp_path / "nothing")
    with pytest.raises(MissingFileError):
        find_token(tmp_path)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MissingFileError):
        find_token(tmp_path / "bytes")
