import pytest
from tests.seal.hospitals import hospital, zone

from cloison.errors import BadValueError, UnknownIdError
from cloison.model.hospital import Asset, AssetId, ZoneId
from cloison.spread.suspects import suspect

PLACE = hospital(
    zones=(zone("administration"), zone("imagerie")),
    assets=tuple(Asset(id=AssetId(name), name=name, zone=ZoneId("imagerie")) for name in ("pacs", "ris")),
)


def test_suspects_of_one_zone_add_up_as_independent_doubts():
    assert suspect(PLACE, [("ris", 0.5), ("pacs", 0.5)]) == (("imagerie", 0.75),)


def test_a_zone_can_be_named_itself():
    assert suspect(PLACE, [("imagerie", 0.5), ("administration", 1.0)]) == (("administration", 1.0), ("imagerie", 0.5))


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownIdError, match="did you mean pacs"):
        suspect(PLACE, [("pac", 1.0)])
    with pytest.raises(UnknownIdError, match="list the map's"):
        suspect(PLACE, [("zzzzzz", 1.0)])


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_outside_0_and_1_is_refused(value):
    with pytest.raises(BadValueError, match="pacs"):
        suspect(PLACE, [("pacs", value)])
