"""Who says that he has which address: ARP (RFC 826, RFC 5227)."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import Frame, Observed
from cloison.model.observations import Kind

_OPERATIONS = {1: "request", 2: "reply"}
_NOWHERE = "0.0.0.0"  # noqa: S104  # the sender of a probe (RFC 5227) has no address yet, nothing is bound


class Arp:
    """Requests and replies, a row for each packet; gratuitous ones have their own address as target."""

    fields: ClassVar[tuple[str, ...]] = (
        "arp.opcode", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "arp.src.hw_mac", "arp.dst.hw_mac",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"arp"})

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet; reverse ARP and its like are passed over."""
        operation = _OPERATIONS.get(frame.number_of("arp.opcode") or 0)
        if operation is None:
            return
        src = frame.first("arp.src.proto_ipv4")
        yield Kind.ARP, {
            "ts": frame.time_us, "seen_at": frame.time_us, "record": frame.number,
            "src": None if src == _NOWHERE else src,
            "dst": frame.first("arp.dst.proto_ipv4"),
            "src_mac": frame.first("arp.src.hw_mac"),
            "dst_mac": frame.first("arp.dst.hw_mac"),
            "operation": operation,
        }  # fmt: skip

    def end(self) -> Iterator[Observed]:
        """Nothing waits."""
        return iter(())
