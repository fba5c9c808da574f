import pytest

from cloison.errors import BadValueError, MissingFileError
from cloison.model.hospital import ZoneId
from cloison.model.sealing import Prober
from cloison.store.probers import load_probers

ZONES = {ZoneId("bureau")}


def test_probers_are_read(tmp_path):
    path = tmp_path / "probers.toml"
    path.write_text('[[prober]]\nzone = "bureau"\nrun = "local"\n')
    assert load_probers(path, ZONES) == (Prober(zone=ZoneId("bureau"), run="local"),)
    path.write_text("")
    assert load_probers(path, ZONES) == ()


@pytest.mark.parametrize(
    "text",
    [
        "prober = 1",
        "[[prober]]\nzone = 'bureau'",
        "[[probe]]\nzone='bureau'\nrun='local'",
        "[",
        '[[prober]]\nzone="a"\nrun="local"',
    ],
)
def test_anything_else_is_refused(tmp_path, text):
    path = tmp_path / "probers.toml"
    path.write_text(text)
    with pytest.raises(BadValueError):
        load_probers(path, ZONES)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        load_probers(tmp_path / "no.toml", ZONES)
