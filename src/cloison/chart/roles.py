"""What each sort of machine does: declarative rules over what is served and used.

A sign is worth the probability that it alone would give; a machine's score for a role is
1 - Π(1 - weight) over the signs seen, times Π(1 - weight) over the signs against. No rule knows an
address or a name. Ports and acts come from the protocols' own specifications (see `services`, `traits`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cloison.model.hospital import ZoneKind
from cloison.words import Sentence, say

IMAGE_BYTES = 65_536
"""A slice of 256 by 256 pixels, one byte each: fewer bytes an exchange are questions, not images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something that a machine is seen to do.

    Attributes:
        weight: 0 to 1, what it is worth alone.
        serves: a family that it serves, or
        uses: a family that it uses, or
        does: a trait.
        peers: to or from at least this many machines.
        gives: it sends more payload than it gets (True), or gets more (False); None: no matter.
        heavy: its exchanges carry `IMAGE_BYTES` or more on average (True), or less (False); None: no matter.
    """

    weight: float
    serves: str | None = None
    uses: str | None = None
    does: str | None = None
    peers: int = 1
    gives: bool | None = None
    heavy: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A rule: what a machine of this role does, and does not.

    Attributes:
        name: stable id, as the map stores it.
        shown: the word for people.
        lives_in: the kind of zone where it belongs.
        pull: how much one such machine tells of its zone; a domain controller more than a workstation.
        signs: for it.
        against: not it.
        last_resort: only when no other role fits: most servers are also clients like a workstation.
    """

    name: str
    shown: Sentence
    lives_in: ZoneKind
    signs: tuple[Sign, ...]
    against: tuple[Sign, ...] = ()
    pull: float = 3.0
    last_resort: bool = False


def _serves(family: str, *steps: tuple[int, float]) -> tuple[Sign, ...]:
    return tuple(Sign(serves=family, peers=peers, weight=weight) for peers, weight in steps)


_A_SERVER = (
    *_serves("kerberos", (1, 0.9)),
    *_serves("smb", (5, 0.8)),
    *_serves("web", (3, 0.7)),
    *_serves("database", (2, 0.8)),
    *_serves("dicom", (2, 0.8)),
    *_serves("hl7", (2, 0.8)),
    *_serves("dns", (2, 0.9)),
    *_serves("ldap", (2, 0.9)),
    *_serves("mail", (2, 0.9)),
    *_serves("printing", (2, 0.9)),
    *_serves("automation", (1, 0.9)),
    *_serves("video", (1, 0.9)),
)

ROLES: tuple[Role, ...] = (
    Role(
        name="domain-controller",
        shown=say("domain controller"),
        lives_in=ZoneKind.IDENTITY,
        pull=12,
        signs=(
            *_serves("kerberos", (1, 0.5), (3, 0.3)),
            *_serves("ldap", (1, 0.3), (3, 0.2)),
            *_serves("dns", (3, 0.1)),
            Sign(does="sysvol", weight=0.6),
            Sign(does="directory-rpc", weight=0.3),
            Sign(does="kdc", weight=0.4),
        ),
    ),
    Role(
        name="pacs",
        shown=say("PACS"),
        lives_in=ZoneKind.CARE,
        pull=8,
        signs=(
            *_serves("dicom", (1, 0.35), (2, 0.3), (4, 0.2)),
            Sign(serves="dicom", heavy=True, weight=0.4),
            Sign(serves="dicom", gives=False, weight=0.2),
            Sign(does="dicomweb", weight=0.3),
        ),
        against=(Sign(serves="dicom", heavy=False, weight=0.5),),
    ),
    Role(
        name="worklist",
        shown=say("imaging worklist (RIS)"),
        lives_in=ZoneKind.CARE,
        pull=5,
        signs=(
            *_serves("dicom", (1, 0.25), (2, 0.25)),
            Sign(serves="dicom", heavy=False, weight=0.35),
            Sign(uses="hl7", weight=0.15),
        ),
        against=(Sign(serves="dicom", heavy=True, weight=0.7),),
    ),
    Role(
        name="modality",
        shown=say("imaging modality"),
        lives_in=ZoneKind.BIOMEDICAL,
        signs=(Sign(uses="dicom", gives=True, weight=0.7), Sign(does="dicom-file", weight=0.2)),
        against=(*_serves("dicom", (2, 0.7)), *_serves("hl7", (1, 0.5)), Sign(does="browser", weight=0.3)),
    ),
    Role(
        name="imaging-workstation",
        shown=say("imaging workstation"),
        lives_in=ZoneKind.CARE,
        pull=1.5,
        signs=(Sign(uses="dicom", gives=False, weight=0.55), Sign(does="browser", weight=0.1)),
        against=(*_serves("dicom", (3, 0.7)), *_serves("hl7", (1, 0.5))),
    ),
    Role(
        name="hl7-engine",
        shown=say("HL7 engine"),
        lives_in=ZoneKind.CARE,
        pull=8,
        signs=(
            *_serves("hl7", (1, 0.25), (2, 0.45)),
            Sign(uses="hl7", weight=0.15),
            Sign(uses="hl7", peers=2, weight=0.4),
        ),
    ),
    Role(
        name="medical-device",
        shown=say("medical device"),
        lives_in=ZoneKind.BIOMEDICAL,
        signs=(Sign(uses="hl7", weight=0.6),),
        against=(
            *_A_SERVER,
            Sign(uses="hl7", peers=3, weight=0.5),
            Sign(does="browser", weight=0.5),
            Sign(uses="dicom", weight=0.3),
        ),
    ),
    Role(
        name="printer",
        shown=say("printer"),
        lives_in=ZoneKind.OFFICE,
        pull=1,
        signs=_serves("printing", (1, 0.7), (2, 0.2)),
        against=(*_serves("smb", (5, 0.6)), Sign(does="print-rpc", weight=0.6), *_serves("kerberos", (1, 0.9))),
    ),
    Role(
        name="print-server",
        shown=say("print server"),
        lives_in=ZoneKind.SERVER,
        signs=(
            Sign(does="print-rpc", weight=0.4),
            Sign(does="print-share", weight=0.4),
            Sign(uses="printing", peers=5, weight=0.6),
        ),
        against=_serves("kerberos", (1, 0.8)),
    ),
    Role(
        name="backup-server",
        shown=say("backup server"),
        lives_in=ZoneKind.BACKUP,
        pull=8,
        # One client is what an agent has: its server comes for the data.
        signs=(*_serves("backup", (3, 0.55), (6, 0.2)), Sign(uses="backup", peers=3, weight=0.6)),
    ),
    Role(
        name="database-server",
        shown=say("database server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("database", (1, 0.6), (3, 0.3)),
    ),
    Role(
        name="file-server",
        shown=say("file server"),
        lives_in=ZoneKind.SERVER,
        signs=(
            *_serves("smb", (3, 0.5), (10, 0.3)),
            *_serves("nfs", (1, 0.5), (3, 0.2)),
            Sign(does="disk-share", weight=0.3),
        ),
        against=(*_serves("kerberos", (1, 0.6)), Sign(does="sysvol", weight=0.8)),
    ),
    Role(
        name="mail-server",
        shown=say("mail server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("mail", (1, 0.6), (3, 0.3)),
    ),
    Role(
        name="proxy",
        shown=say("web proxy server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("proxy", (1, 0.5), (3, 0.4)),
    ),
    Role(
        name="call-server",
        shown=say("telephone exchange"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("telephony", (3, 0.8)),
    ),
    Role(
        name="hypervisor",
        shown=say("hypervisor"),
        lives_in=ZoneKind.MANAGEMENT,
        signs=_serves("hypervisor", (1, 0.65), (2, 0.2)),
    ),
    Role(
        name="plc",
        shown=say("controller of the building's systems"),
        lives_in=ZoneKind.OT,
        signs=_serves("automation", (1, 0.75)),
    ),
    Role(
        name="building-supervisor",
        shown=say("supervision of the building's systems"),
        lives_in=ZoneKind.OT,
        signs=(Sign(uses="automation", weight=0.6), Sign(uses="automation", peers=3, weight=0.3)),
        against=_serves("automation", (1, 0.5)),
    ),
    Role(
        name="camera",
        shown=say("camera"),
        lives_in=ZoneKind.OT,
        pull=1.5,
        signs=_serves("video", (1, 0.7)),
        against=(Sign(uses="video", peers=3, weight=0.7), Sign(does="browser", weight=0.5)),
    ),
    Role(
        name="recorder",
        shown=say("video recorder"),
        lives_in=ZoneKind.OT,
        signs=(Sign(uses="video", peers=3, weight=0.7),),
    ),
    Role(
        name="phone",
        shown=say("telephone"),
        lives_in=ZoneKind.OFFICE,
        pull=1,
        signs=(Sign(uses="telephony", weight=0.65),),
        against=(
            *_serves("telephony", (3, 0.8)),
            Sign(does="browser", weight=0.5),
            Sign(uses="smb", weight=0.5),
            Sign(uses="kerberos", weight=0.5),
        ),
    ),
    Role(
        name="jump-host",
        shown=say("administration bastion"),
        lives_in=ZoneKind.MANAGEMENT,
        pull=5,
        signs=(
            # Going out to many is not enough, intruders do: administrators must also come in.
            Sign(uses="rdp", peers=5, weight=0.2),
            Sign(uses="ssh", peers=5, weight=0.2),
            Sign(uses="winrm", peers=5, weight=0.1),
            *_serves("rdp", (2, 0.4)),
            *_serves("ssh", (2, 0.2)),
        ),
        against=(*_serves("kerberos", (1, 0.8)), *_serves("smb", (5, 0.6))),
    ),
    Role(
        name="monitoring-server",
        shown=say("supervision server"),
        lives_in=ZoneKind.MANAGEMENT,
        pull=5,
        signs=(Sign(uses="snmp", peers=5, weight=0.65),),
        against=(Sign(uses="printing", peers=5, weight=0.4),),
    ),
    Role(
        name="log-server",
        shown=say("event log server"),
        lives_in=ZoneKind.MANAGEMENT,
        pull=5,
        signs=_serves("syslog", (2, 0.55), (5, 0.2)),
    ),
    Role(
        name="dns-server",
        shown=say("DNS server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("dns", (1, 0.52), (3, 0.3)),
        against=_serves("kerberos", (1, 0.6)),
    ),
    Role(
        name="dhcp-server",
        shown=say("DHCP server"),
        lives_in=ZoneKind.SERVER,
        signs=(*_serves("dhcp", (1, 0.3), (3, 0.3)), Sign(does="dhcp-server", weight=0.5)),
        against=_serves("kerberos", (1, 0.6)),
    ),
    Role(
        name="ntp-server",
        shown=say("time server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("ntp", (2, 0.52), (5, 0.2)),
        against=_serves("kerberos", (1, 0.7)),
    ),
    Role(
        name="web-server",
        shown=say("web application server"),
        lives_in=ZoneKind.SERVER,
        signs=(*_serves("web", (2, 0.55), (5, 0.3)), Sign(does="dicomweb", weight=0.1)),
        against=(
            *_serves("kerberos", (1, 0.6)),
            *_serves("printing", (1, 0.6)),
            *_serves("video", (1, 0.6)),
            *_serves("automation", (1, 0.6)),
        ),
    ),
    Role(
        name="terminal-server",
        shown=say("remote desktop server"),
        lives_in=ZoneKind.SERVER,
        signs=_serves("rdp", (4, 0.6), (10, 0.3)),
        against=_serves("kerberos", (1, 0.6)),
    ),
    Role(
        name="workstation",
        shown=say("workstation"),
        lives_in=ZoneKind.OFFICE,
        pull=1,
        last_resort=True,
        signs=(
            Sign(does="browser", weight=0.4),
            Sign(does="dhcp-client", weight=0.2),
            Sign(uses="kerberos", weight=0.35),
            Sign(uses="ldap", weight=0.2),
            Sign(uses="smb", weight=0.3),
            Sign(uses="web", weight=0.3),
            Sign(uses="dns", weight=0.15),
        ),
        against=_A_SERVER,
    ),
)
"""At equal scores, the first wins."""

BY_ROLE: Mapping[str, Role] = {role.name: role for role in ROLES}


TRAIT_WORDS: Mapping[str, Sentence] = {
    "sysvol": say("shares SYSVOL or NETLOGON, as only domain controllers do"),
    "disk-share": say("shares folders"),
    "print-share": say("shares printers"),
    "directory-rpc": say("answers directory calls (replication, Netlogon)"),
    "print-rpc": say("answers print spooler calls"),
    "kdc": say("issues Kerberos tickets"),
    "browser": say("browses with a web browser"),
    "dicomweb": say("serves DICOMweb"),
    "dicom-file": say("sends DICOM files"),
    "dhcp-server": say("hands out addresses by DHCP"),
    "dhcp-client": say("gets its address by DHCP"),
}
