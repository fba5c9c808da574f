"""The name server: answers for the hospital and for the range's outside world, forwards nothing (RFC 1035)."""

import threading
from ipaddress import IPv4Address
from typing import Any

from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.setting import Setting

_TTL = 60


def zone_of(setting: Setting) -> dict[str, str]:
    """Give every name that is known, in lower case -> its address."""
    return {setting.full_name(host).lower(): host.address for host in setting.hosts}


class Names(ServedPart):
    """A name server on every domain controller."""

    name = "names"
    roles = frozenset({"domain-controller"})
    tcp = (53,)
    udp = (53,)
    modules = ("dnslib",)

    def serve(self) -> None:
        """See `ServedPart`."""
        from dnslib.server import DNSLogger, DNSServer  # type: ignore[import-untyped] # noqa: PLC0415 - of the `range` extra

        quiet = DNSLogger("error", False)
        answering = _Answers(self.setting)
        for host in self.hosts:
            for tcp in (False, True):
                server = DNSServer(answering, host.address, self.setting.port(53), tcp=tcp, logger=quiet)
                server.start_thread()
        threading.Event().wait()


class _Answers:
    def __init__(self, setting: Setting) -> None:
        self._names = zone_of(setting)
        self._addresses = {IPv4Address(address).reverse_pointer: name for name, address in self._names.items()}

    def resolve(self, request: Any, _handler: object) -> Any:  # noqa: ANN401 - dnslib has no types
        """Answer a question, for dnslib."""
        from dnslib import PTR, QTYPE, RCODE, RR, A  # type: ignore[import-untyped] # noqa: PLC0415 - of the `range` extra

        reply = request.reply()
        name = str(request.q.qname).rstrip(".").lower()
        if request.q.qtype == QTYPE.PTR and name in self._addresses:
            reply.add_answer(RR(request.q.qname, QTYPE.PTR, rdata=PTR(self._addresses[name]), ttl=_TTL))
        elif name not in self._names:
            reply.header.rcode = RCODE.NXDOMAIN
        elif request.q.qtype in {QTYPE.A, QTYPE.ANY}:
            reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A(self._names[name]), ttl=_TTL))
        return reply


PART = Names
