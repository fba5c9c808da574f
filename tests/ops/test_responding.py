import pytest

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.incident import Suspicion
from cloison.ops.responding import read_suspects, suspected_zones

OFFICE = Zone(id=ZoneId("bureau"), name="Bureau", kind=ZoneKind.OFFICE, networks=())
CARE = Zone(id=ZoneId("soins"), name="Soins", kind=ZoneKind.CARE, networks=())
PC = Asset(id=AssetId("pc-1"), name="PC 1", zone=OFFICE.id)
HOSPITAL = Hospital(name="Essai", zones=(OFFICE, CARE), assets=(PC,))


def test_a_suspect_without_probability_is_certain():
    assert read_suspects(["bureau"], HOSPITAL) == (("bureau", 1.0),)


def test_an_asset_makes_its_zone_suspect():
    assert read_suspects(["pc-1:0.4"], HOSPITAL) == (("bureau", 0.4),)
    assert read_suspects(["asset:pc-1:0.4"], HOSPITAL) == (("bureau", 0.4),)


def test_suspects_of_one_zone_combine_as_independent_chances():
    ((zone, chance),) = read_suspects(["pc-1:0.5", "bureau:0.5"], HOSPITAL)
    assert (zone, chance) == ("bureau", pytest.approx(0.75))


def test_an_unknown_suspect_names_the_nearest_id():
    with pytest.raises(UnknownIdError) as caught:
        read_suspects(["bureua:0.5"], HOSPITAL)
    assert "bureau" in str(caught.value.fix)


@pytest.mark.parametrize("word", ["bureau:1.5", "bureau:-0.1", "bureau:nan"])
def test_an_impossible_probability_is_refused(word):
    with pytest.raises(BadValueError):
        read_suspects([word], HOSPITAL)


def test_what_a_person_says_joins_what_findings_say():
    suspicion = Suspicion(assets=(), zones=((OFFICE.id, 0.5), (CARE.id, 0.1)))
    assert suspected_zones(suspicion, [(OFFICE.id, 0.5)]) == (
        ("bureau", pytest.approx(0.75)),
        ("soins", pytest.approx(0.1)),
    )
