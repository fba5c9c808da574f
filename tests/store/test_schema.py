import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from tests.store.hospitals import hospitals

from cloison.store.hospital_file import json_schema, write_text

PUBLISHED = Path(__file__).parents[2] / "docs" / "hospital.schema.json"
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)

EXAMPLE = """
format = 1
name = "CH de l'Exemple"
finess = "990000001"
zone = [
  { id = "administration", name = "Administration", kind = "office", networks = ["10.10.0.0/22"], patient_records = 0 },
]
asset = [ { id = "pacs", name = "PACS", zone = "imagerie", addresses = ["10.30.1.10"], role = "pacs" } ]
enforcement_point = [ { id = "pare-feu-coeur", driver = "nftables" } ]

[[conduit]]
id = "administration>imagerie"
from = "administration"
to = "imagerie"
services = ["tcp/443", "tcp/445"]
enforced_by = "pare-feu-coeur"
close_minutes = 0.2
spread_per_hour = { open = 0.6, lifeline = 0.02 }

[[flow]]
id = "scanner>pacs"
via = ["imagerie>imagerie-serveurs"]
service = "tcp/104"
lifeline = true

[[care_service]]
id = "imagerie-urgente"
name = "Imagerie des urgences"
care_per_hour = 6.0
degraded = { capacity = 0.5, hours = 12 }
restore_hours = 72
needs = { all = ["asset:pacs", "flow:scanner>pacs", { any = ["asset:ris-1", "asset:ris-2"] }] }
"""


def plain(text):
    """Read a map as an editor does: dates are text."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def test_the_schema_is_one_and_is_published():
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(PUBLISHED.read_text()) == SCHEMA


def test_the_designs_example_fits():
    assert list(VALIDATOR.iter_errors(plain(EXAMPLE))) == []


@given(hospitals())
def test_every_map_fits(hospital):
    assert VALIDATOR.is_valid(plain(write_text(hospital, None)))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('kind = "office"', 'kind = "ofice"'),
        ("patient_records = 0", "patient_records = -1"),
        ("lifeline = true", 'lifeline = "yes"'),
        ("capacity = 0.5", "capacity = 1.5"),
        ("finess", "fines"),
        ('{ any = ["asset:ris-1", "asset:ris-2"] }', "{ any = [] }"),
    ],
)
def test_a_mistake_does_not_fit(right, wrong):
    assert right in EXAMPLE
    assert not VALIDATOR.is_valid(plain(EXAMPLE.replace(right, wrong)))


def test_keys_are_described_in_the_nouns_own_words():
    zone = SCHEMA["$defs"]["Zone"]
    assert zone["description"] == "A compartment (IEC 62443 zone)."
    assert zone["properties"]["patient_records"]["description"] == "records that an intruder in this zone can read."
