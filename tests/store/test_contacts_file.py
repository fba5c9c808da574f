import pytest

from cloison.errors import BadValueError
from cloison.store.contacts_file import contacts_beside, depths

TREE = """
[[contact]]
function = "directeur de garde"
telephone = "06 00 00 00 01"
[[contact]]
function = "RSSI"
called_by = "directeur de garde"
[[contact]]
function = "agence régionale"
[[contact]]
function = "administrateur réseau"
name = "A. Durand"
called_by = "RSSI"
[[contact]]
function = "communication"
called_by = "directeur de garde"
"""


def test_each_contact_comes_under_whoever_calls(tmp_path):
    (tmp_path / "contacts.toml").write_text(TREE)
    found = contacts_beside(tmp_path / "hospital.toml")
    assert [one.function for one in found] == [
        "directeur de garde",
        "RSSI",
        "administrateur réseau",
        "communication",
        "agence régionale",
    ]
    assert depths(found) == (0, 1, 2, 1, 0)


def test_without_a_file_there_are_none(tmp_path):
    assert contacts_beside(tmp_path / "hospital.toml") == ()


@pytest.mark.parametrize(
    "text",
    [
        "[[contact]]\nname = 'x'",
        "[[contact]]\nfunction = 'a'\ncalled_by = 'nobody'",
        "[[contact]]\nfunction = 'a'\ncalled_by = 'a'",
        "[[contact]]\nfunction = 'a'\ntelefone = '1'",
        "= nonsense",
    ],
)
def test_a_file_that_is_wrong_is_told(tmp_path, text):
    (tmp_path / "contacts.toml").write_text(text)
    with pytest.raises(BadValueError, match=r"contacts\.toml"):
        contacts_beside(tmp_path / "hospital.toml")
