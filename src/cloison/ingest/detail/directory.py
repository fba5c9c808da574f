"""What is changed in a directory over LDAP: which attributes ([RFC4511] 4.6)."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import Frame, Observed, as_number
from cloison.model.observations import Kind

_MODIFY_REQUEST = 6

ENDPOINT = "ldap"
"""In place of an interface of remote calls: a directory is asked as a procedure is called."""


class Ldap:
    """Gives each attribute of each request to modify an entry as a call, "modify member"; readable ones only.

    Windows signs its requests and mostly does not seal them, so that a capture of port 389 tells them.
    """

    fields: ClassVar[tuple[str, ...]] = ("ldap.protocolOp", "ldap.type")
    protocols: ClassVar[frozenset[str]] = frozenset({"ldap"})

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet; where several sorts of messages share it, whose attributes they are is not told."""
        if {as_number(text) for text in frame.all("ldap.protocolOp")} != {_MODIFY_REQUEST}:
            return
        for attribute in dict.fromkeys(frame.all("ldap.type")):
            yield Kind.RPC, frame.row() | {"endpoint": ENDPOINT, "operation": f"modify {attribute}"}

    def end(self) -> Iterator[Observed]:
        """Requests do not wait for their answers."""
        return iter(())
