"""Shares opened, connections and names asked for, as Windows' own audit and Sysmon tell them."""

from collections.abc import Mapping

from cloison.ingest.addresses import spell
from cloison.ingest.windows.ends import Fields, address, given, port
from cloison.ingest.windows.event import Meaning, Row
from cloison.model.observations import Kind

_SMB_PORT = 445
_DYNAMIC = 49152
"""First of the ports that are handed out to callers (RFC 6335, section 6)."""

_WRITES = 0x2 | 0x4
_DELETES = 0x10000
"""FILE_WRITE_DATA, FILE_APPEND_DATA; DELETE ([MS-SMB2] 2.2.13.1.1)."""

_AUDIT_FAILURE = 0x0010000000000000
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmp"}

_CODES = {
    "0": "NOERROR", "9001": "FORMERR", "9002": "SERVFAIL", "9003": "NXDOMAIN", "9004": "NOTIMP", "9005": "REFUSED",
    "9501": "NOERROR", "1460": None,
}  # fmt: skip
"""DNS_ERROR_RCODE_... and DNS_INFO_NO_RECORDS (winerror.h); 1460 says that nobody answered."""


def _share(fields: Fields, computer: str | None) -> Row | None:
    """5140: a share was opened. 5145: something on it was, with the accesses that were asked for."""
    if _hexadecimal(fields.get("Keywords")) & _AUDIT_FAILURE:
        return None  # nothing was opened
    share = given(fields, "ShareName")
    pipe = share is not None and share.upper().endswith("IPC$")
    name = given(fields, "RelativeTargetName")
    return {
        "src": address(fields.get("IpAddress")),
        "dst": computer,
        "dst_port": _SMB_PORT,
        "action": "map" if name is None else "open" if pipe else _action(_hexadecimal(fields.get("AccessMask"))),
        "share": share,
        "name": name,
        "share_type": "pipe" if pipe else "disk",
    }


def _action(accesses: int) -> str:
    if accesses & _WRITES:
        return "write"
    return "delete" if accesses & _DELETES else "open"


def _permitted(fields: Fields, _computer: str | None) -> Row | None:
    """5156: the firewall let a connection through; the side that called comes first, whichever end logs it."""
    return _filtered(fields, answered=True)


def _blocked(fields: Fields, _computer: str | None) -> Row | None:
    """5157: the firewall stopped it."""
    return _filtered(fields, answered=False)


def _filtered(fields: Fields, *, answered: bool) -> Row | None:
    number = fields.get("Protocol", "")
    return _flow(
        (fields.get("SourceAddress"), fields.get("SourcePort")),
        (fields.get("DestAddress"), fields.get("DestPort")),
        _PROTOCOLS.get(number, number or None),
        answered=answered,
    )


def _connected(fields: Fields, _computer: str | None) -> Row | None:
    """Sysmon 3. Older versions put their own host first in what they received: told by the ports.

    A datagram that was received may be an answer as well as a question: left to the side that sent it.
    """
    source = fields.get("SourceIp"), fields.get("SourcePort")
    target = fields.get("DestinationIp"), fields.get("DestinationPort")
    protocol = fields.get("Protocol", "").lower() or None
    if fields.get("Initiated", "").lower() == "false":
        if protocol != "tcp":
            return None
        if (port(source[1]) or 0) < _DYNAMIC <= (port(target[1]) or 0):
            source, target = target, source
    return _flow(source, target, protocol, answered=True)


def _flow(
    source: tuple[str | None, str | None],
    target: tuple[str | None, str | None],
    protocol: str | None,
    *,
    answered: bool,
) -> Row | None:
    src, dst = address(source[0]), address(target[0])
    if src is None or dst is None or src == dst:
        return None  # within the host
    ports = protocol != "icmp"
    return {
        "src": src,
        "src_port": port(source[1]) if ports else None,
        "dst": dst,
        "dst_port": port(target[1]) if ports else None,
        "proto": protocol,
        "answered": answered if protocol == "tcp" else None,
    }


def _asked(fields: Fields, computer: str | None) -> Row | None:
    """Sysmon 22: a process asked for a name."""
    name = given(fields, "QueryName")
    if name is None:
        return None
    status = fields.get("QueryStatus", "")
    answers = [part.strip() for part in fields.get("QueryResults", "").split(";")]
    return {
        "src": computer,
        "query": name.lower().rstrip("."),
        "code": _CODES.get(status, status or None),
        "answers": [found for part in answers if (found := _answer(part))],
    }


def _answer(part: str) -> str | None:
    """Read one answer: an address, or "type:  5 name" for any other record."""
    if part.startswith("type:"):
        return part.rsplit(maxsplit=1)[-1].lower()
    return spell(part)


def _hexadecimal(written: str | None) -> int:
    try:
        return int(written or "0", 0)
    except ValueError:
        return 0


_SECURITY = "microsoft-windows-security-auditing"
_SYSMON = "microsoft-windows-sysmon"

TRAFFIC: Mapping[tuple[str, int], Meaning] = {
    (_SECURITY, 5140): Meaning(Kind.SMB, _share),
    (_SECURITY, 5145): Meaning(Kind.SMB, _share),
    (_SECURITY, 5156): Meaning(Kind.FLOW, _permitted),
    (_SECURITY, 5157): Meaning(Kind.FLOW, _blocked),
    (_SYSMON, 3): Meaning(Kind.FLOW, _connected),
    (_SYSMON, 22): Meaning(Kind.DNS, _asked),
}
"""By provider, in lower case, and number."""
