"""Names and addresses given: DNS, LLMNR and mDNS (RFC 1035, 4795, 6762), DHCP (RFC 2131)."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import Frame, Observed, Waiting, as_number, is_true
from cloison.model.observations import Kind

_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 25: "KEY",
    28: "AAAA", 33: "SRV", 35: "NAPTR", 41: "OPT", 43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 64: "SVCB",
    65: "HTTPS", 65399: "PRIVATE", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 255: "ANY",
}  # fmt: skip
_CODES = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN",
    7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE",
}  # fmt: skip
_MESSAGES = {
    1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE", 5: "ACK", 6: "NAK", 7: "RELEASE", 8: "INFORM",
}  # fmt: skip
_ACK, _OFFER = 5, 2
_NOWHERE = "0.0.0.0"  # noqa: S104  # what a DHCP client without an address sends, nothing is bound


class Dns:
    """Questions, each with its answer where one came."""

    fields: ClassVar[tuple[str, ...]] = (
        "dns.flags.response", "dns.id", "dns.qry.name", "dns.qry.type", "dns.flags.rcode", "dns.a", "dns.aaaa",
        "dns.cname", "dns.txt", "dns.ptr.domain_name",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"dns", "llmnr", "mdns"})

    _ANSWERS = ("dns.cname", "dns.a", "dns.aaaa", "dns.ptr.domain_name", "dns.txt")

    def __init__(self) -> None:
        """Begin with no question."""
        self._waiting = Waiting(Kind.DNS)

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet's first message and question; an answer without its question counts alone."""
        name = frame.first("dns.qry.name")
        key = (frame.stream, frame.first("dns.id"))
        if not is_true(frame.first("dns.flags.response")):
            if name is not None:
                yield from self._waiting.put(key, frame.row() | self._question(frame, name))
            return
        row = self._waiting.answer(key)
        if row is None and name is not None and "mdns" not in frame.protocols:
            row = frame.row(reply=True) | self._question(frame, name)
        if row is not None:
            code = frame.number_of("dns.flags.rcode")
            answers = [answer for field in self._ANSWERS for answer in frame.all(field)]
            row |= {"seen_at": frame.time_us, "answers": answers or None}
            row["code"] = None if code is None else _CODES.get(code, str(code))
            yield Kind.DNS, row

    def end(self) -> Iterator[Observed]:
        """Give the questions that nobody answered."""
        return self._waiting.end()

    @staticmethod
    def _question(frame: Frame, name: str) -> dict[str, str | None]:
        kind = frame.number_of("dns.qry.type")
        query = None if name == "<Root>" else name.lower()
        return {"query": query, "query_type": None if kind is None else _TYPES.get(kind, str(kind))}


class Dhcp:
    """Leases asked for and given, a row for each message."""

    fields: ClassVar[tuple[str, ...]] = (
        "dhcp.option.dhcp", "dhcp.hw.mac_addr", "dhcp.ip.client", "dhcp.ip.your", "dhcp.option.hostname",
        "dhcp.option.dhcp_server_id",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"dhcp"})

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a message."""
        kind = as_number(frame.first("dhcp.option.dhcp"))
        if kind is None:
            return
        your, client = frame.first("dhcp.ip.your"), frame.first("dhcp.ip.client")
        yield Kind.DHCP, {
            "ts": frame.time_us, "seen_at": frame.time_us, "record": frame.number,
            "src": None if client == _NOWHERE else client,
            "mac": frame.first("dhcp.hw.mac_addr"),
            "assigned": your if kind in {_ACK, _OFFER} and your != _NOWHERE else None,
            "host_name": (frame.first("dhcp.option.hostname") or "").lower() or None,
            "server": frame.first("dhcp.option.dhcp_server_id"),
            "message": _MESSAGES.get(kind, str(kind)),
        }  # fmt: skip

    def end(self) -> Iterator[Observed]:
        """Nothing waits."""
        return iter(())
