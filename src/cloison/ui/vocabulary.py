"""The words that people read for the model's own, one for each (DESIGN section 4), and no synonym."""

from collections.abc import Mapping

from cloison.model.hospital import Level, ZoneKind
from cloison.model.people import Right, Role
from cloison.model.plan import ServiceState
from cloison.words import Sentence, say

KINDS: Mapping[ZoneKind, Sentence] = {
    ZoneKind.INTERNET: say("Internet"),
    ZoneKind.SUPPLIER: say("suppliers"),
    ZoneKind.OFFICE: say("offices"),
    ZoneKind.IDENTITY: say("identity"),
    ZoneKind.SERVER: say("servers"),
    ZoneKind.CARE: say("care"),
    ZoneKind.BIOMEDICAL: say("biomedical"),
    ZoneKind.OT: say("building and plant"),
    ZoneKind.BACKUP: say("backups"),
    ZoneKind.MANAGEMENT: say("management"),
}
LEVELS: Mapping[Level, Sentence] = {
    Level.OPEN: say("open"),
    Level.LIFELINE: say("lifeline"),
    Level.CLOSED: say("closed"),
}
STATES: Mapping[ServiceState, Sentence] = {
    ServiceState.NORMAL: say("normal"),
    ServiceState.DEGRADED: say("degraded"),
    ServiceState.STOPPED: say("stopped"),
}
ROLES: Mapping[Role, Sentence] = {
    Role.READER: say("reader"),
    Role.ON_CALL: say("on-call person"),
    Role.SECURITY_OFFICER: say("security officer"),
    Role.CRISIS_DIRECTOR: say("crisis director"),
    Role.ADMINISTRATOR: say("administrator"),
}
RIGHTS: Mapping[Right, Sentence] = {
    Right.READ: say("read"),
    Right.LOGBOOK: say("write in the logbook"),
    Right.PLAN: say("make plans"),
    Right.APPROVE: say("approve plans"),
    Right.SEAL: say("move doors"),
    Right.SETTINGS: say("change settings"),
    Right.PEOPLE: say("make accounts"),
}
CHOICES: Mapping[str, Sentence] = {
    "optimal": say("this plan"),
    "robust": say("robust plan"),
    "nothing": say("do nothing"),
    "total-cut": say("cut everything"),
    "less-care-lost": say("less care lost by doors"),
    "least-care-lost": say("least care lost by doors"),
    "less-risk": say("less risk"),
    "least-risk": say("least risk"),
}
"""Names of `Alternative`."""
