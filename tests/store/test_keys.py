from dataclasses import fields

from cloison.model.hospital import Conduit, ConduitId, Hospital, Learned, SpreadRates, Zone, ZoneId
from cloison.store.keys import LIMITS, NESTED, TABLES, keys_of, noun_at, plain_of


def test_keys_are_those_of_the_file():
    assert list(keys_of(Hospital))[3:] == list(TABLES)
    assert list(keys_of(Conduit))[:3] == ["id", "from", "to"]
    assert "bytes" in keys_of(Learned)


def test_every_place_has_its_noun():
    assert noun_at(()) is Hospital
    assert noun_at(("zone", 3)) is Zone
    assert noun_at(("zone", 3, "learned")) is Learned
    assert noun_at(("nowhere",)) is None


def test_every_limit_is_on_a_key_that_exists():
    for table, *keys in LIMITS:
        noun = TABLES[table]
        for key in keys[:-1]:
            assert key in keys_of(noun)
            noun = NESTED[key]
        assert keys[-1] in keys_of(noun)


def test_a_noun_is_written_without_its_defaults():
    conduit = Conduit(
        id=ConduitId("c"), from_=ZoneId("a"), to=ZoneId("b"), spread_per_hour=SpreadRates(open=1.0, lifeline=0.0)
    )
    assert plain_of(conduit) == {"id": "c", "from": "a", "to": "b", "spread_per_hour": {"open": 1.0, "lifeline": 0.0}}
    assert plain_of(Hospital(name="CH")) == {"format": 1, "name": "CH"}
    assert len(fields(Conduit)) == len(keys_of(Conduit))
