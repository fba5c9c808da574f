import json

from tests.ops.test_simulating import PLACE, played

from cloison.ops.weaknesses import find_weaknesses
from cloison.ui.forecasts import estimate_document, forecast_document, weaknesses_document


def test_a_forecast_is_plain_json():
    document = json.loads(json.dumps(forecast_document(played(50)), allow_nan=False))
    assert [course["name"] for course in document["courses"]] == ["nothing", "optimal", "total-cut"]
    zone = document["courses"][0]["zones"][2]
    assert zone["zone"] == "c"
    assert set(zone["hours"]) == {"p10", "p50", "p90"}
    assert document["courses"][1]["zones"][2]["hours"] is None


def test_weaknesses_are_plain_json():
    document = json.loads(json.dumps(weaknesses_document(find_weaknesses(PLACE, runs=50)), allow_nan=False))
    assert document["without_fallback"] == ["ward"]
    assert (
        estimate_document(played(50).courses[0].care_hours)
        == forecast_document(played(50))["courses"][0]["care_hours_lost"]
    )
