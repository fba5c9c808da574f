"""Cisco routers and switches (IOS, IOS XE): object groups in an extended access list, entered over SSH."""

from cloison.enforce.cisco import Cisco
from cloison.enforce.cisco_text import Dialect

DRIVER = Cisco(
    name="cisco-ios",
    dialect=Dialect(
        kind="cisco_ios",
        member="",
        remembers=False,
        groups="show running-config | section ^object-group network CLOISON-",
        ranges="show running-config | section ^time-range CLOISON-",
        listing="show ip access-lists {}",
    ),
)
