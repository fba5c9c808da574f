from ipaddress import ip_network

import pytest

from cloison.errors import BadValueError, MissingFileError, UnknownIdError
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind
from cloison.model.incident import Suspicion
from cloison.model.plan import PlanParameters
from cloison.ops.responding import make_plan, read_previous, read_suspects, suspected_zones

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


@pytest.mark.parametrize(
    "text",
    [
        '{"actions": [{"conduit": "c", "level": "closed", "enforced_by": "p", "close_minutes": 1}]}',
        '{"levels": {"c": "closed"}}',
    ],
)
def test_an_earlier_plan_is_read_from_its_json_or_its_certificate(text, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(text)
    assert read_previous(path) == {"c": "closed"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"levels": {"c": "ajar"}}', '{"actions": 3}', '"x"'])
def test_a_file_without_a_plan_is_refused(text, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadValueError, match="holds no plan"):
        read_previous(path)


def test_an_earlier_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MissingFileError):
        read_previous(tmp_path / "absent.json")


def test_answers_come_with_the_seconds_since_the_question():
    told = []
    make_plan(
        HOSPITAL,
        PlanParameters(suspicion=((OFFICE.id, 0.5),)),
        on_answer=lambda answer, seconds: told.append((answer.objective, seconds)),
    )
    assert told
    assert all(seconds >= 0.0 for _, seconds in told)
