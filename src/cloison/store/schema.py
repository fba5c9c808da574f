"""The map's shape for editors that know JSON Schema (draft 2020-12), from the same nouns that read it."""

import re
from inspect import getdoc
from typing import Any

from cloison.model.hospital import AllOf, AnyOf, Hospital
from cloison.store.keys import LIMITS, NESTED, TABLES, keys_of
from cloison.store.shape import hospital_type

Schema = dict[str, Any]

_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)

_NOUNS = (Hospital, AllOf, AnyOf, *TABLES.values(), *NESTED.values())


def json_schema() -> Schema:
    """Give the schema of `hospital.toml`, described by the nouns' own words."""
    schema = hospital_type().json_schema(by_alias=True)
    definitions: Schema = schema["$defs"]
    _describe(schema, Hospital)
    for noun in _NOUNS:
        if noun.__name__ in definitions:
            _describe(definitions[noun.__name__], noun)
    for (table, *keys), (least, most) in LIMITS.items():
        nouns = [TABLES[table], *(NESTED[key] for key in keys[:-1])]
        number = definitions[nouns[-1].__name__]["properties"][keys[-1]]
        number |= {"minimum": int(least), "maximum": int(most)}
    for key in ("all", "any"):
        definitions[f"{key.title()}Of"]["properties"][key]["minItems"] = 1
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _describe(schema: Schema, noun: type) -> None:
    text = getdoc(noun) or ""
    said, _, attributes = text.partition("\n\nAttributes:\n")
    words = {name: " ".join(words.split()) for name, words in _ATTRIBUTE.findall(attributes)}
    schema["description"] = " ".join(said.split())
    for key, field in keys_of(noun).items():
        about: Schema = schema["properties"][key]
        about.pop("title", None)
        if field.name in words:
            about["description"] = words[field.name]
