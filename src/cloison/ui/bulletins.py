"""The JSON of `cloison status`."""

from cloison.ops.bulletin import Bulletin
from cloison.ui.case_documents import VERSION, Document, when
from cloison.ui.case_views import case_in_short
from cloison.ui.languages import Translator


def bulletin_document(told: Bulletin, words: Translator) -> Document:
    """How Cloison is: what is open, its eyes, its hands, who was told, its paper."""
    return {
        "version": VERSION,
        "at": when(told.at),
        "hospital": told.hospital,
        "on_call": {"name": told.on_call.name, "telephone": told.on_call.telephone},
        "cases": [case_in_short(case, words) for case in told.cases],
        "sensors": [
            {
                "id": one.id,
                "kind": one.kind,
                "last_record_at": when(one.last_record_at),
                "heard_at": when(one.heard_at),
                "lag_seconds": one.lag_seconds,
                "records": one.records,
                "rejected": one.rejected,
                "late": one.late,
                "lost": one.lost,
                "behind": one.behind,
                "quiet": one.quiet,
                "remarks": [words.sentence(remark) for remark in one.remarks],
            }
            for one in told.sensors
        ],
        "doors_looked_at": when(told.doors.at),
        "points": [
            {
                "point": one.point.id,
                "by_hand": one.by_hand,
                "armed": one.armed,
                "problem": words.sentence(one.problem) if one.problem else None,
            }
            for one in told.doors.points
        ],
        "notices": [
            {
                "at": when(one.at),
                "status": one.status.value,
                "kind": one.notice.kind.value,
                "text": words.sentence(one.notice.text),
                "case": one.notice.case or None,
            }
            for one in told.notices
        ],
        "kit_made_at": when(told.kit_at),
        "kit_old": told.kit_old,
    }
