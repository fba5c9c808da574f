"""What another tool's signature means: its ATT&CK technique, or nothing worth a person's time."""

import re
from collections.abc import Mapping

_CATEGORIES: Mapping[str, str] = {
    "a network trojan was detected": "T1071",
    "malware command and control activity detected": "T1071",
    "targeted malicious activity was detected": "T1071",
    "domain observed used for c2 detected": "T1071.004",
    "exploit kit activity detected": "T1189",
    "possible social engineering attempted": "T1566",
    "attempted administrator privilege gain": "T1210",
    "successful administrator privilege gain": "T1210",
    "attempted user privilege gain": "T1210",
    "successful user privilege gain": "T1210",
    "unsuccessful user privilege gain": "T1210",
    "web application attack": "T1190",
    "access to a potentially vulnerable web application": "T1190",
    "executable code was detected": "T1210",
    "attempted information leak": "T1046",
    "detection of a network scan": "T1046",
    "information leak": "T1041",
    "large scale information leak": "T1041",
    "successful credential theft detected": "T1003",
    "an attempted login using a suspicious username was detected": "T1110",
    "attempt to login by a default username and password": "T1110",
    "crypto currency mining activity detected": "T1496",
    "attempted denial of service": "T1499",
    "detection of a denial of service attack": "T1499",
    "device retrieving external ip address detected": "T1016",
}
"""Suricata's classes (classification.config, their descriptions as EVE writes them). Those that are left out speak of
policy, of protocol oddities, or of reputation."""

_NOISE = re.compile(
    r"^(?:et|etpro|gpl) (?:info|chat|p2p|games|icmp_info|deleted|tor|cins|compromised|drop|dshield|3coresec)\b"
    r"|poor reputation|^suricata ",
    re.IGNORECASE,
)
"""Families of signatures that a hospital sees every day."""

_POLICY = re.compile(r"^(?:et|etpro|gpl) policy\b", re.IGNORECASE)

_NOTICES: Mapping[str, str] = {
    "scan::port_scan": "T1046",
    "scan::address_scan": "T1046",
    "scan::random_scan": "T1046",
    "ssh::password_guessing": "T1110.001",
    "ssh::login_by_password_guesser": "T1110.001",
    "ftp::bruteforcing": "T1110.001",
    "rdp::bruteforcing": "T1110.001",
    "http::sql_injection_attacker": "T1190",
    "http::sql_injection_victim": "T1190",
    "intel::notice": "T1071",
    "teamcymrumalwarehashregistry::match": "T1105",
    "attack::lateral_movement": "T1021.002",
    "attack::lateral_movement_extracted_file": "T1570",
    "attack::lateral_movement_multiple_attempts": "T1021.002",
    "attack::lateral_movement_and_execution": "T1569.002",
    "attack::execution": "T1569.002",
    "attack::persistence": "T1053.005",
    "attack::credential_access": "T1003",
    "attack::defense_evasion": "T1070.001",
    "attack::discovery": "T1087",
    "attack::impact": "T1529",
}
"""Zeek's own notices, and those of BZAR."""

_NOTICE_WORDS = (
    (
        re.compile(r"exploit|overflow|cve_?\d|heartbleed|zerologon|eternal|doublepulsar|backdoor", re.IGNORECASE),
        "T1210",
    ),
    (re.compile(r"bruteforc|password_guess|guessing", re.IGNORECASE), "T1110"),
    (re.compile(r"ransom", re.IGNORECASE), "T1486"),
    (re.compile(r"tunnel", re.IGNORECASE), "T1572"),
    (re.compile(r"(?:^|[:_])(?:c2|rat|trojan|malware|beacon|botnet|meterpreter)|tesla|cobalt", re.IGNORECASE), "T1071"),
)
"""Other packages of Zeek name their notices for what they found."""

_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?")

_SERIOUS = ("T1071", "T1071.004", "T1041", "T1003", "T1210")


def technique_of(name: str, category: str, told: str | None, *, from_outside: bool) -> str | None:
    """Give the ATT&CK technique of a signature, None when it is not worth a person's time.

    Args:
        name: of the signature or the notice.
        category: Suricata's class, "" for other tools.
        told: the technique that the tool itself gives, if any.
        from_outside: an exploit from the internet is T1190, one between machines inside T1210.
    """
    if _NOISE.search(name):
        return None
    known = _CATEGORIES.get(category.lower()) if category else _of_notice(name)
    if known is None or (_POLICY.match(name) and known not in _SERIOUS):
        return None
    if told is not None and _TECHNIQUE.fullmatch(told):
        return told
    return "T1190" if known == "T1210" and from_outside else known


def _of_notice(name: str) -> str | None:
    exact = _NOTICES.get(name.lower())
    return exact or next((technique for words, technique in _NOTICE_WORDS if words.search(name)), None)
