import json
from datetime import UTC, datetime

import pytest
from tests.ui.web.stories import night_story

from cloison.ui.documents import analysis_document, story_document
from cloison.ui.languages import Translator

WORDS = Translator("fr", "UTC")


def test_a_story_is_plain_json_in_three_parts():
    document = json.loads(json.dumps(story_document(night_story(), WORDS), allow_nan=False))
    assert {"incident", "plan", "map"} <= set(document)
    assert {"zones", "assets", "conduits", "leaks"} <= set(document["map"])
    assert document["incident"]["findings"]


def test_times_are_utc_and_say_so():
    window = analysis_document(night_story().analysis, WORDS)["window"]
    assert window["start"].endswith("Z")
    assert datetime.fromisoformat(window["start"]).tzinfo == UTC


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_shape_is_the_same_in_both_languages(language):
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items()}
        return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__

    assert shape(story_document(night_story(), Translator(language))) == shape(story_document(night_story(), WORDS))


def test_evidence_names_its_file():
    document = analysis_document(night_story().analysis, WORDS)
    paths = {source["path"] for source in document["sources"]}
    assert {item["path"] for finding in document["findings"] for item in finding["evidence"]} <= paths
