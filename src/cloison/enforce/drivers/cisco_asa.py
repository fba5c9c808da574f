"""Cisco ASA firewalls: object groups in an access list, entered over SSH; open connections are cleared."""

from cloison.enforce.cisco import Cisco
from cloison.enforce.cisco_text import Dialect

DRIVER = Cisco(
    name="cisco-asa",
    dialect=Dialect(
        kind="cisco_asa",
        member="network-object ",
        remembers=True,
        groups="show running-config object-group",
        ranges="show running-config time-range",
        listing="show running-config access-list {}",
    ),
)
