from ipaddress import ip_network

import pytest

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.incident import Suspicion
from cloison.model.plan import PlanParameters
from cloison.ops.responding import make_plan, read_suspects, suspected_zones

OFFICE = Zone(id=ZoneId("bureau"), name="Bureau", kind=ZoneKind.OFFICE, networks=(ip_network("fd00:1::/64"),))
CARE = Zone(id=ZoneId("soins"), name="Soins", kind=ZoneKind.CARE)
PC = Asset(id=AssetId("pc-1"), name="PC 1", zone=OFFICE.id)
HOSPITAL = Hospital(name="Essai", zones=(OFFICE, CARE), assets=(PC,))


def zones(*words: str, seen: Suspicion | None = None) -> dict[str, float]:
    return dict(suspected_zones(HOSPITAL, read_suspects(words, HOSPITAL), seen))


def test_a_suspect_without_probability_is_certain():
    assert zones("bureau") == {"bureau": 1.0}


def test_an_asset_or_an_address_makes_its_zone_suspect():
    assert zones("pc-1:0.4") == {"bureau": pytest.approx(0.4)}
    assert zones("fd00:1::7") == {"bureau": 1.0}
    assert zones("fd00:1::7:0.25") == {"bureau": pytest.approx(0.25)}


def test_suspects_of_one_zone_combine_as_independent_chances():
    assert zones("pc-1:0.5", "bureau:0.5") == {"bureau": pytest.approx(0.75)}


def test_what_a_person_says_joins_what_findings_say():
    seen = Suspicion(assets=(), zones=((OFFICE.id, 0.5), (CARE.id, 0.1)))
    assert zones("bureau:0.5", seen=seen) == {"bureau": pytest.approx(0.75), "soins": pytest.approx(0.1)}


def test_an_unknown_suspect_names_the_nearest_id():
    with pytest.raises(UnknownIdError) as caught:
        zones("bureua:0.5")
    assert "bureau" in str(caught.value.fix)


@pytest.mark.parametrize("word", ["bureau:1.5", "bureau:-0.1", "bureau:nan", "bureau:peut-être", "10.9.9.9"])
def test_an_impossible_suspicion_is_refused(word):
    with pytest.raises(BadValueError):
        zones(word)


def test_a_plan_says_how_long_it_took():
    assert make_plan(HOSPITAL, PlanParameters(suspicion=((OFFICE.id, 0.5),))).seconds > 0
