"""An incident: findings in time order, and what they make suspect."""

from collections.abc import Sequence

from cloison.incident.suspicion import weigh
from cloison.model.finding import Finding
from cloison.model.hospital import Hospital
from cloison.model.incident import Incident


def open_incident(findings: Sequence[Finding], hospital: Hospital | None) -> Incident:
    """Open one incident for what was found.

    T0 is the first detection: before it nobody could have known. All findings of one analysis are taken as
    one intrusion: on the night, two at once are rarer than one that moves, and a door kept open on the
    belief that they are unrelated cannot be taken back.
    """
    ordered = sorted(findings, key=lambda finding: (finding.detected_at, finding.id))
    return Incident(
        opened_at=ordered[0].detected_at if ordered else None,
        first_act=min((finding.first_seen for finding in ordered), default=None),
        findings=tuple(finding.id for finding in ordered),
        suspicion=weigh(ordered, hospital),
    )
