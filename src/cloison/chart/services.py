"""Services as the map writes them ("tcp/443"), and the families of services that tell what a machine is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from cloison.chart.census import FIRST_DYNAMIC
from cloison.words import Sentence, say, verbatim

FIRST_UNPRIVILEGED = 1024
LAST_PORT = 65535


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A protocol and a range of ports, both ends included; other protocols have the whole range."""

    proto: str
    low: int
    high: int

    def covers(self, other: "Span") -> bool:
        """Tell whether all of `other` is allowed by this."""
        return self.proto == other.proto and self.low <= other.low and other.high <= self.high

    def __str__(self) -> str:
        """Write it as the map does."""
        if self.proto not in {"tcp", "udp"}:
            return self.proto
        return f"{self.proto}/{self.low}" if self.low == self.high else f"{self.proto}/{self.low}-{self.high}"


@cache
def span_of(service: str) -> Span | None:
    """Read a service of the map; None when it is not of a known form."""
    proto, _, ports = service.partition("/")
    if not ports:
        return Span(proto, 0, LAST_PORT)
    low, _, high = ports.partition("-")
    if not (low.isdecimal() and (high or low).isdecimal()):
        return None
    return Span(proto, int(low), int(high or low))


def spans_of(services: Iterable[str]) -> tuple[Span, ...]:
    """Read the services of a conduit, leaving out what is not of a known form."""
    return tuple(span for span in map(span_of, services) if span is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Services that tell the same thing about who serves them.

    Attributes:
        name: its id, read by `roles`.
        shown: its name for people.
        tcp: ports, from IANA's registry unless said.
        udp: ports.
        tokens: what sensors call it, when the port does not tell.
        swept: administrators and intruders also knock on every machine's; a machine that opens it to
            many is not counted as a client.
    """

    name: str
    shown: Sentence
    tcp: tuple[int, ...] = ()
    udp: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    swept: bool = False


FAMILIES: tuple[Family, ...] = (
    Family(name="smb", shown=verbatim("SMB"), tcp=(445, 139), tokens=("smb",), swept=True),
    Family(name="rdp", shown=verbatim("RDP"), tcp=(3389,), udp=(3389,), tokens=("rdp", "rdpeudp"), swept=True),
    Family(name="ssh", shown=verbatim("SSH"), tcp=(22,), tokens=("ssh",), swept=True),
    Family(name="winrm", shown=verbatim("WinRM"), tcp=(5985, 5986), swept=True),
    Family(name="vnc", shown=verbatim("VNC"), tcp=(5900, 5901), tokens=("rfb", "vnc"), swept=True),
    Family(name="rpc", shown=verbatim("MS-RPC"), tcp=(135,), tokens=("dce_rpc",), swept=True),
    Family(name="kerberos", shown=verbatim("Kerberos"), tcp=(88, 464), udp=(88, 464), tokens=("krb_tcp", "krb")),
    Family(
        name="ldap",
        shown=verbatim("LDAP"),
        tcp=(389, 636, 3268, 3269),
        udp=(389,),
        tokens=("ldap", "ldap_tcp", "ldap_udp"),
    ),
    Family(name="dns", shown=verbatim("DNS"), tcp=(53,), udp=(53,), tokens=("dns",)),
    Family(name="dhcp", shown=verbatim("DHCP"), udp=(67,), tokens=("dhcp",)),
    Family(name="ntp", shown=verbatim("NTP"), udp=(123,), tokens=("ntp",)),
    # DICOM PS3.8 (104, 11112, 2761-2762 secure); 4242 is Orthanc's own.
    Family(name="dicom", shown=verbatim("DICOM"), tcp=(104, 11112, 2761, 2762, 4242), tokens=("dicom",)),
    # HL7 MLLP: 2575 in IANA's registry; 6661 to 6663 are what integration engines offer first.
    Family(name="hl7", shown=verbatim("HL7"), tcp=(2575, 6661, 6662, 6663), tokens=("hl7",)),
    Family(name="printing", shown=say("printing"), tcp=(9100, 515, 631), udp=(631,), tokens=("ipp", "lpd")),
    Family(
        name="web",
        shown=say("web pages"),
        tcp=(80, 443, 8000, 8080, 8443),
        udp=(443,),
        tokens=("http", "http2", "quic"),
        swept=True,
    ),
    # 1972 and 51773 are InterSystems', common under hospital software.
    Family(
        name="database",
        shown=say("databases"),
        tcp=(1433, 1521, 1526, 3306, 5432, 27017, 1972, 51773, 50000),
        tokens=("mysql", "postgresql", "tds", "mongodb"),
    ),
    Family(name="mail", shown=say("mail"), tcp=(25, 110, 143, 465, 587, 993, 995), tokens=("smtp", "imap", "pop3")),
    Family(name="proxy", shown=say("web proxy"), tcp=(3128, 1080), tokens=("socks",)),
    # NDMP 10000, Bacula 9101-9103, NetBackup 1556 and 13724, Spectrum Protect 1500, Veeam 2500,
    # 6160-6163 and, for its agents, 10005-10006.
    Family(
        name="backup",
        shown=say("backups"),
        tcp=(10000, 9101, 9102, 9103, 1556, 13724, 1500, 2500, 6160, 6161, 6162, 6163, 10005, 10006, 873),
        tokens=("rsync",),
    ),
    # VMware 902, Proxmox 8006, libvirt 16509 and 16514, Hyper-V console 2179.
    Family(name="hypervisor", shown=say("virtual machines"), tcp=(902, 8006, 16509, 16514, 2179)),
    Family(name="nfs", shown=verbatim("NFS"), tcp=(2049,), udp=(2049,), tokens=("nfs",)),
    Family(name="snmp", shown=verbatim("SNMP"), udp=(161,), tokens=("snmp",)),
    Family(name="syslog", shown=say("event logs"), udp=(514,), tcp=(514, 6514), tokens=("syslog",)),
    Family(name="video", shown=say("video"), tcp=(554, 8554), udp=(554,), tokens=("rtsp",)),
    Family(name="telephony", shown=say("telephony"), tcp=(5060, 5061, 2000), udp=(5060,), tokens=("sip", "skinny")),
    # Modbus 502, S7 102, EtherNet/IP 44818, DNP3 20000, IEC-104 2404, KNX 3671, ASHRAE 135 47808, OPC UA 4840.
    Family(
        name="automation",
        shown=say("building automation"),
        tcp=(502, 102, 44818, 20000, 2404, 4840),
        udp=(47808, 3671, 2222),
        tokens=("modbus", "s7comm", "enip", "dnp3", "bacnet"),
    ),
)

BY_NAME = {family.name: family for family in FAMILIES}
_BY_PORT = {
    (proto, port): family.name
    for family in FAMILIES
    for proto, ports in (("tcp", family.tcp), ("udp", family.udp))
    for port in ports
}
_BY_TOKEN = {token: family.name for family in FAMILIES for token in family.tokens}
_CARRIED = frozenset({"krb", "krb_tcp"})
"""Seen inside other protocols too: they tell the service only when alone."""


@cache
def family_of(proto: str | None, port: int | None, service: str | None) -> str | None:
    """Name the family of an exchange: by what the sensor recognised, else by its port; None when neither tells."""
    by_port = _BY_PORT.get((proto or "", port or 0))
    tokens = [token for token in (service or "").split(",") if token in _BY_TOKEN]
    alone = [token for token in tokens if token not in _CARRIED] or tokens
    recognised = [_BY_TOKEN[token] for token in alone]
    if by_port in recognised or not recognised:
        return by_port
    return recognised[0]


def is_known(span: Span) -> bool:
    """Tell whether a service is named in its own right: a privileged port, or one of a family."""
    return span.low == span.high and (span.low < FIRST_UNPRIVILEGED or (span.proto, span.low) in _BY_PORT)


PLAIN_KEPT = 8
"""Unprivileged ports of no family that a passage names one by one; more become one range."""


def folded(spans: Iterable[Span]) -> dict[Span, Span]:
    """Write many services as few.

    Dynamic ports are one range; unprivileged ports of no family are named while they are at most
    `PLAIN_KEPT` for a protocol, else they and the dynamic ports are one range.

    Returns:
        Each span given -> the one that stands for it.
    """
    given = set(spans)
    stands: dict[Span, Span] = {}
    for proto in sorted({span.proto for span in given}):
        plain = {span for span in given if span.proto == proto and proto in {"tcp", "udp"} and not is_known(span)}
        wide = len({span for span in plain if span.high < FIRST_DYNAMIC}) > PLAIN_KEPT
        floor = FIRST_UNPRIVILEGED if wide else FIRST_DYNAMIC
        for span in plain:
            stands[span] = Span(proto, floor, LAST_PORT) if span.low >= floor else span
    return {span: stands.get(span, span) for span in given}
