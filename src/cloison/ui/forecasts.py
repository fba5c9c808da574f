"""The JSON shapes of `cloison simulate` and of `cloison map --weaknesses`; docs/json.md explains them."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from cloison.ops.simulating import Course, Estimate, Forecast
from cloison.ops.weaknesses import Weaknesses
from cloison.spread.outlook import Outlook

Document: TypeAlias = dict[str, Any]

VERSION = 1


def forecast_document(forecast: Forecast) -> Document:
    """`cloison simulate`: what becomes of the hospital under each policy."""
    return {
        "version": VERSION,
        "runs": forecast.runs,
        "parameters": {
            "suspicion": dict(forecast.parameters.suspicion),
            "horizon_hours": forecast.parameters.horizon_hours,
            "seal_hours": forecast.parameters.seal_hours,
            "seed": forecast.parameters.seed,
            "dwell_hours": forecast.dwell_hours,
        },
        "courses": [_course(course) for course in forecast.courses],
    }


def weaknesses_document(found: Weaknesses) -> Document:
    """`cloison map --weaknesses`: what to mend in peacetime."""
    return {
        "version": VERSION,
        "entries": [
            {"zone": entry, "care_hours_lost": estimate_document(lost)}
            for entry, lost in zip(found.entries, found.lost, strict=True)
        ],
        "changes": [
            {
                "conduit": each.conduit,
                "level": each.level.value,
                "care_hours_saved": estimate_document(each.saved),
                "by_entry": {
                    entry: estimate_document(saved) for entry, saved in zip(found.entries, each.by_entry, strict=True)
                },
                "closable": each.closable,
            }
            for each in found.changes
        ],
        "single_points": [
            {"what": each.leaf, "services": list(each.services), "care_per_hour": each.care_per_hour}
            for each in found.single_points
        ],
        "without_fallback": list(found.without_fallback),
    }


def _course(course: Course) -> Document:
    kept = course.capacity
    return {
        "name": course.name,
        "passages_shut": course.doors_moved,
        "care_hours_lost": estimate_document(course.care_hours),
        "records_exposed": estimate_document(course.records),
        "zones": _outlooks("zone", course.zones),
        "services": _outlooks("service", course.services),
        "assets": _outlooks("asset", course.assets),
        "capacity": {
            "hours": list(kept.hours),
            "mean": list(kept.mean),
            "low": list(kept.low),
            "high": list(kept.high),
            "standard_error": list(kept.standard_error),
        },
        "passages": [
            {"conduit": each.conduit, "care_hours_lost": estimate_document(each.care_hours)} for each in course.passages
        ],
    }


def _outlooks(kind: str, outlooks: Sequence[Outlook]) -> list[Document]:
    return [
        {
            kind: each.id,
            "probability": each.probability,
            "standard_error": each.standard_error,
            "hours": dict(zip(("p10", "p50", "p90"), each.hours, strict=True)) if each.hours else None,
        }
        for each in outlooks
    ]


def estimate_document(estimate: Estimate) -> Document:
    """A mean and its standard error."""
    return {"mean": estimate.mean, "standard_error": estimate.standard_error}
