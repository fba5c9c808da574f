import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.errors import BadStateError
from cloison.store.home_key import HomeKey

KEY = HomeKey(b"k" * 32)


@given(st.text())
def test_what_is_sealed_comes_back_and_another_key_does_not_open_it(text):
    assert KEY.unseal(KEY.seal(text)) == text
    with pytest.raises(BadStateError, match="another key"):
        HomeKey(b"o" * 32).unseal(KEY.seal(text))


@given(st.binary(max_size=60))
def test_no_rubbish_is_ever_unsealed(rubbish):
    with pytest.raises(BadStateError):
        KEY.unseal(rubbish.decode("latin-1"))


def test_a_mark_is_for_one_purpose(tmp_path):
    del tmp_path
    mark = KEY.mark("browser", "p1")
    assert KEY.marked("browser", "p1", mark)
    assert not KEY.marked("recovery", "p1", mark)
    assert not KEY.marked("browser", "p2", mark)
    assert not KEY.marked("browser", "p1", "é")


def test_the_key_of_a_home_is_made_once_for_its_owner_alone(tmp_path):
    first, second = HomeKey.of(tmp_path / "home"), HomeKey.of(tmp_path / "home")
    assert second.unseal(first.seal("secret")) == "secret"
    assert stat.S_IMODE((tmp_path / "home" / "cloison.key").stat().st_mode) == 0o600


def test_a_damaged_key_is_told(tmp_path):
    (tmp_path / "cloison.key").write_bytes(b"short")
    with pytest.raises(BadStateError, match="damaged"):
        HomeKey.of(tmp_path)
