import pytest
from tests.enforce.wards import hospital
from tests.ui.cli.wards import told, told_json, ward

from cloison.store.hospital_file import save

__all__ = ["ward"]


@pytest.mark.usefixtures("ward")
def test_each_point_says_what_became_of_it(capsys):
    code, said = told(capsys, "arm")
    assert (code, said.splitlines()) == (0, ["coeur: armed", "armoire: moved by a person: nothing to arm"])
    assert "was armed already" in told(capsys, "arm")[1]


def test_what_cannot_be_armed_wants_attention(ward, capsys):
    save(ward / "hospital.toml", hospital(address="unreachable"))
    code, said = told(capsys, "arm")
    assert (code, "coeur cannot be reached" in said) == (1, True)
    save(ward / "hospital.toml", hospital(driver="nftables"))
    code, document = told_json(capsys, "arm")
    assert code == 1
    assert {point["point"] for point in document["points"]} == {"coeur", "armoire"}


def test_the_structure_is_shown_before_anything_is_touched(ward, capsys):
    save(ward / "hospital.toml", hospital(driver="nftables", address="local"))
    code, said = told(capsys, "arm", "--show")
    assert (code, "add chain inet cloison forward" in said) == (0, True)
    assert told_json(capsys, "arm", "--show")[1]["points"][0]["point"] == "coeur"
    assert not (ward / ".cloison").exists()
