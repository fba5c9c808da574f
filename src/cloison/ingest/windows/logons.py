"""Logons that Windows events tell (Microsoft, "Advanced security auditing"; [MS-KILE]; [MS-NLMP])."""

import re
from collections.abc import Mapping

from cloison.ingest.detail.logons import KERBEROS_ERRORS, NT_STATUSES
from cloison.ingest.windows.ends import Fields, account, actor, address, given, machine, peer
from cloison.ingest.windows.event import Meaning, Row
from cloison.model.observations import Kind

SESSIONS: Mapping[str, str] = {
    "2": "interactive", "3": "network", "4": "batch", "5": "service", "7": "unlock", "8": "network-cleartext",
    "9": "new-credentials", "10": "remote-interactive", "11": "cached-interactive",
    "12": "cached-remote-interactive", "13": "cached-unlock",
}  # fmt: skip
"""LogonType ([MS-LSAD] 2.2.5.4, SECURITY_LOGON_TYPE)."""

_PACKAGES = {"kerberos": "kerberos", "ntlm": "ntlm", "microsoft_authentication_package_v1_0": "ntlm"}
_REMOTE_DESKTOP = "10"
_KERBEROS_PORT, _RDP_PORT, _SSH_PORT = 88, 3389, 22

_SSHD = re.compile(
    r"^(?P<word>Accepted|Failed) (?P<method>\S+) for (?P<unknown>invalid user )?(?P<user>.{0,256}?) "
    r"from (?P<from>\S{1,64}) port \d"
)
"""What sshd logs of an attempt (OpenSSH, auth.c, auth_log)."""


def _logon(fields: Fields, computer: str | None) -> Row:
    """4624: an account was logged on. 4625: it failed to."""
    user = account(given(fields, "TargetUserName"))
    return {
        "src": peer(fields, "IpAddress", "WorkstationName"),
        "dst": computer,
        "protocol": _protocol(fields),
        "user": user,
        "actor": actor(fields, user),
        "session": SESSIONS.get(fields.get("LogonType", "")),
        "client_name": _lower(machine(fields.get("WorkstationName"))),
    }


def _succeeded(fields: Fields, computer: str | None) -> Row:
    parts = (given(fields, "LogonProcessName"), given(fields, "LmPackageName"))
    return _logon(fields, computer) | {"success": True, "detail": " ".join(part for part in parts if part) or None}


def _failed(fields: Fields, computer: str | None) -> Row:
    code = next((c for c in (_code(fields, "SubStatus"), _code(fields, "Status")) if c), None)
    return _logon(fields, computer) | {"success": False, "detail": _status(code)}


def _explicit(fields: Fields, computer: str | None) -> Row:
    """4648: somebody used another account's password from this host; whether it worked is told elsewhere."""
    user = account(given(fields, "TargetUserName"))
    target = machine(fields.get("TargetServerName"))
    process = given(fields, "ProcessName")
    return {
        "src": computer,
        "dst": target or computer,
        "user": user,
        "actor": actor(fields, user),
        "service": machine(given(fields, "TargetInfo")),
        "detail": f"explicit credentials, {process}" if process else "explicit credentials",
    }


def _ticket(fields: Fields, computer: str | None, request: str) -> Row:
    code = _code(fields, "Status", "ResultCode", "FailureCode")
    parts = [request]
    if code:
        parts.append(KERBEROS_ERRORS.get(code, f"0x{code:x}"))
    named = (("encryption", "TicketEncryptionType"), ("options", "TicketOptions"))
    parts += [f"{word} {value}" for word, name in named if (value := given(fields, name))]
    if request == "AS" and not code and given(fields, "PreAuthType") == "0":
        parts.append("no-preauth")
    return {
        "src": address(fields.get("IpAddress")),
        "dst": computer,
        "dst_port": _KERBEROS_PORT,
        "protocol": "kerberos",
        "user": account(given(fields, "TargetUserName")),
        "service": given(fields, "ServiceName"),
        "success": not code,
        "detail": " ".join(parts),
    }


def _ticket_granted(fields: Fields, computer: str | None) -> Row:
    return _ticket(fields, computer, "AS")


def _service_ticket(fields: Fields, computer: str | None) -> Row:
    return _ticket(fields, computer, "TGS")


def _preauthentication_failed(fields: Fields, computer: str | None) -> Row:
    return _ticket(fields, computer, "AS") | {"success": False}


def _validated(fields: Fields, computer: str | None) -> Row:
    """4776: a domain controller, or the host for its own accounts, checked an NTLM answer."""
    code = _code(fields, "Status")
    client = machine(fields.get("Workstation"))
    return {
        "src": client,
        "dst": computer,
        "protocol": "ntlm",
        "user": account(given(fields, "TargetUserName")),
        "client_name": _lower(client),
        "success": not code,
        "detail": _status(code),
    }


def _audited_ntlm(fields: Fields, computer: str | None) -> Row:
    """8004: a domain controller is about to check an NTLM logon on another server."""
    client = machine(fields.get("WorkstationName"))
    server = machine(fields.get("SChannelName"))
    return {
        "src": client,
        "dst": server or computer,
        "protocol": "ntlm",
        "user": account(given(fields, "UserName")),
        "client_name": _lower(client),
        "service": server,
    }


def _desktop(source: str | None, computer: str | None, **more: object) -> Row:
    return {"src": source, "dst": computer, "dst_port": _RDP_PORT, "protocol": "rdp", **more}


def _desktop_authenticated(fields: Fields, computer: str | None) -> Row:
    """1149, whose three fields are the user, the domain and the client's address."""
    user = account(given(fields, "Param1"))
    return _desktop(address(fields.get("Param3")), computer, user=user, success=True, detail="authenticated")


def _desktop_opened(fields: Fields, computer: str | None) -> Row | None:
    """21, 25: a session began or was taken up again; the console's own says LOCAL."""
    source = address(fields.get("Address"))
    if source is None:
        return None
    user = account(given(fields, "User"))
    return _desktop(source, computer, user=user, success=True, session="remote-interactive", detail="session")


def _desktop_called(fields: Fields, computer: str | None) -> Row:
    """131: a connection was taken, before anyone is known."""
    return _desktop(address(fields.get("ClientIP")), computer, detail="connection")


def _desktop_refused(fields: Fields, computer: str | None) -> Row:
    """140: the user name or the password was wrong."""
    return _desktop(address(fields.get("IPString")), computer, success=False, detail="WRONG_PASSWORD")


def _reconnected(fields: Fields, computer: str | None) -> Row | None:
    """4778: a session was taken up again from another window station."""
    source = peer(fields, "ClientAddress", "ClientName")
    if source is None:
        return None
    return _desktop(
        source,
        computer,
        user=account(given(fields, "AccountName")),
        client_name=_lower(machine(fields.get("ClientName"))),
        session="remote-interactive",
        success=True,
        detail="session",
    )


def _secure_shell(fields: Fields, computer: str | None) -> Row | None:
    told = _SSHD.match(fields.get("payload", ""))
    if told is None:
        return None
    return {
        "src": address(told["from"]),
        "dst": computer,
        "dst_port": _SSH_PORT,
        "protocol": "ssh",
        "user": account(told["user"]),
        "success": told["word"] == "Accepted",
        "detail": "NO_SUCH_USER" if told["unknown"] else told["method"],
    }


def _protocol(fields: Fields) -> str | None:
    if "sshd" in fields.get("LogonProcessName", "").lower() or _program(fields) == "sshd.exe":
        return "ssh"
    if fields.get("LogonType") == _REMOTE_DESKTOP:
        return "rdp"
    return _PACKAGES.get(fields.get("AuthenticationPackageName", "").lower())


def _program(fields: Fields) -> str:
    return fields.get("ProcessName", "").lower().rpartition("\\")[2]


def _code(fields: Fields, *names: str) -> int | None:
    for name in names:
        try:
            return int(fields[name], 0)
        except (KeyError, ValueError):
            continue
    return None


def _status(code: int | None) -> str | None:
    return NT_STATUSES.get(code, f"0x{code:08x}") if code else None


def _lower(name: str | None) -> str | None:
    return name.lower() if name else None


_SECURITY = "microsoft-windows-security-auditing"
_SESSIONS_OF = "microsoft-windows-terminalservices-localsessionmanager"
_CORE = "microsoft-windows-remotedesktopservices-rdpcorets"

LOGONS: Mapping[tuple[str, int], Meaning] = {
    (_SECURITY, 4624): Meaning(Kind.LOGON, _succeeded),
    (_SECURITY, 4625): Meaning(Kind.LOGON, _failed),
    (_SECURITY, 4648): Meaning(Kind.LOGON, _explicit),
    (_SECURITY, 4768): Meaning(Kind.LOGON, _ticket_granted),
    (_SECURITY, 4769): Meaning(Kind.LOGON, _service_ticket),
    (_SECURITY, 4770): Meaning(Kind.LOGON, _service_ticket),
    (_SECURITY, 4771): Meaning(Kind.LOGON, _preauthentication_failed),
    (_SECURITY, 4773): Meaning(Kind.LOGON, _service_ticket),
    (_SECURITY, 4776): Meaning(Kind.LOGON, _validated),
    (_SECURITY, 4777): Meaning(Kind.LOGON, _validated),
    (_SECURITY, 4778): Meaning(Kind.LOGON, _reconnected),
    ("microsoft-windows-ntlm", 8004): Meaning(Kind.LOGON, _audited_ntlm),
    ("microsoft-windows-security-netlogon", 8004): Meaning(Kind.LOGON, _audited_ntlm),
    ("microsoft-windows-terminalservices-remoteconnectionmanager", 1149): Meaning(Kind.LOGON, _desktop_authenticated),
    (_SESSIONS_OF, 21): Meaning(Kind.LOGON, _desktop_opened),
    (_SESSIONS_OF, 25): Meaning(Kind.LOGON, _desktop_opened),
    (_CORE, 131): Meaning(Kind.LOGON, _desktop_called),
    (_CORE, 140): Meaning(Kind.LOGON, _desktop_refused),
    ("openssh", 4): Meaning(Kind.LOGON, _secure_shell),
}
"""By provider, in lower case, and number."""
