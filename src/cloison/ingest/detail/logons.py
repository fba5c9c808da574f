"""Who logs on: Kerberos (RFC 4120), NTLM ([MS-NLMP]), remote desktops ([MS-RDPBCGR])."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.frame import WAITING, Frame, Observed, Waiting, as_number
from cloison.model.observations import Kind

_AS_REQ, _AS_REP, _TGS_REQ, _TGS_REP, _ERROR = 10, 11, 12, 13, 30
KERBEROS_ERRORS = {
    6: "KDC_ERR_C_PRINCIPAL_UNKNOWN", 7: "KDC_ERR_S_PRINCIPAL_UNKNOWN", 12: "KDC_ERR_POLICY",
    13: "KDC_ERR_BADOPTION", 14: "KDC_ERR_ETYPE_NOSUPP", 18: "KDC_ERR_CLIENT_REVOKED", 23: "KDC_ERR_KEY_EXPIRED",
    24: "KDC_ERR_PREAUTH_FAILED", 25: "KDC_ERR_PREAUTH_REQUIRED", 31: "KRB_AP_ERR_BAD_INTEGRITY",
    32: "KRB_AP_ERR_TKT_EXPIRED", 37: "KRB_AP_ERR_SKEW", 41: "KRB_AP_ERR_MODIFIED", 52: "KRB_ERR_RESPONSE_TOO_BIG",
    60: "KRB_ERR_GENERIC", 68: "KDC_ERR_WRONG_REALM",
}  # fmt: skip
"""RFC 4120, 7.5.9, as Zeek spells them."""

_CIPHERS = {
    1: "des-cbc-crc", 3: "des-cbc-md5", 16: "des3-cbc-sha1", 17: "aes128-cts-hmac-sha1-96",
    18: "aes256-cts-hmac-sha1-96", 23: "rc4-hmac", 24: "rc4-hmac-exp",
}  # fmt: skip
"""IANA, Kerberos encryption type numbers, as Zeek spells them."""

_PROOFS = frozenset({"2", "16", "17", "136", "138"})
"""Pre-authentication that proves something: encrypted timestamp, public key, FAST (RFC 4120, 4556, 6113)."""


class Kerberos:
    """Requests for tickets, each with its answer: "AS" for a logon, "TGS" for a service.

    `detail` goes on with the error; or, of a ticket given, with its cipher, with "key" and the cipher of the client's
    part where it is another, and with "no-preauth" when the client had proved nothing.
    """

    fields: ClassVar[tuple[str, ...]] = (
        "kerberos.msg_type", "kerberos.CNameString", "kerberos.SNameString", "kerberos.realm", "kerberos.crealm",
        "kerberos.error_code", "kerberos.etype", "kerberos.padata_type",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"kerberos"})

    def __init__(self) -> None:
        """Begin with no request."""
        self._waiting = Waiting(Kind.LOGON)
        self._unproved: set[str] = set()

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at the outermost message: the tickets within a request have types too."""
        kind = frame.number_of("kerberos.msg_type")
        if kind in {_AS_REQ, _TGS_REQ}:
            row = frame.row() | {
                "protocol": "kerberos",
                "user": self._client(frame) if kind == _AS_REQ else None,
                "service": self._service(frame),
                "detail": "AS" if kind == _AS_REQ else "TGS",
            }
            proofs = frame.all("kerberos.padata_type")
            if kind == _AS_REQ and _PROOFS.isdisjoint(proofs) and len(self._unproved) < WAITING:
                self._unproved.add(frame.stream)
            yield from self._waiting.put(frame.stream, row)
        elif kind in {_AS_REP, _TGS_REP, _ERROR}:
            known = self._waiting.answer(frame.stream)
            if kind == _ERROR and known is None:
                return
            row = known or frame.row(reply=True) | {
                "protocol": "kerberos", "service": self._service(frame), "detail": "AS" if kind == _AS_REP else "TGS",
            }  # fmt: skip
            row |= {"seen_at": frame.time_us, "success": kind != _ERROR}
            if kind == _ERROR:
                code = frame.number_of("kerberos.error_code")
                row["detail"] += f" {KERBEROS_ERRORS.get(code or 0, code)}"
            else:
                row["user"] = self._client(frame) or row.get("user")
                row["detail"] += self._ciphers(frame)
                if known is not None and kind == _AS_REP and frame.stream in self._unproved:
                    row["detail"] += " no-preauth"
            self._unproved.discard(frame.stream)
            yield Kind.LOGON, row

    def end(self) -> Iterator[Observed]:
        """Give the requests that nobody answered."""
        return self._waiting.end()

    @staticmethod
    def _client(frame: Frame) -> str | None:
        name = frame.first("kerberos.CNameString")
        realm = frame.first("kerberos.crealm") or frame.first("kerberos.realm")
        return f"{name}/{realm}" if name and realm else name

    @staticmethod
    def _ciphers(frame: Frame) -> str:
        """Tell the ticket's cipher and the client's part's: the last two, for others are hints and come before."""
        ciphers = [_CIPHERS.get(as_number(code) or 0, code) for code in frame.all("kerberos.etype")[-2:]]
        if not ciphers:
            return ""
        return f" {ciphers[0]}" + (f" key {ciphers[1]}" if len(ciphers) > 1 and ciphers[1] != ciphers[0] else "")

    @staticmethod
    def _service(frame: Frame) -> str | None:
        """A service's name comes in parts: "cifs", "server.example"; a packet repeats it for each ticket."""
        parts = frame.all("kerberos.SNameString")
        return "/".join(parts[-2:]) if parts else None


class Ntlm:
    """NTLM authentications; over SMB the answer to the session's set-up tells whether it worked."""

    fields: ClassVar[tuple[str, ...]] = (
        "ntlmssp.messagetype", "ntlmssp.auth.username", "ntlmssp.auth.domain", "ntlmssp.auth.hostname",
        "ntlmssp.challenge.target_name", "ntlmssp.challenge.target_info.nb_computer_name",
        "ntlmssp.challenge.target_info.dns_computer_name",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"ntlmssp", "smb", "smb2"})

    _CHALLENGE, _AUTHENTICATE = 2, 3
    _SESSION_SETUP, _SESSION_SETUP_V1 = 1, 0x73
    _MORE_PROCESSING = 0xC0000016

    def __init__(self) -> None:
        """Begin with nobody."""
        self._waiting = Waiting(Kind.LOGON)
        self._servers: dict[str, str] = {}

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at the last NTLM message of the packet, or at the answer to a session's set-up."""
        kinds = frame.all("ntlmssp.messagetype")
        kind = as_number(kinds[-1]) if kinds else None
        if kind == self._CHALLENGE:
            name = frame.first("ntlmssp.challenge.target_info.dns_computer_name") or frame.first(
                "ntlmssp.challenge.target_info.nb_computer_name"
            )
            if name and len(self._servers) < 1 << 16:
                self._servers[frame.stream] = name.lower()
        elif kind == self._AUTHENTICATE:
            user, domain = frame.first("ntlmssp.auth.username"), frame.first("ntlmssp.auth.domain")
            row = frame.row() | {
                "protocol": "ntlm",
                "user": user if user not in {None, "NULL"} else None,
                "client_name": (frame.first("ntlmssp.auth.hostname") or "").lower() or None,
                "service": self._servers.get(frame.stream),
                "detail": domain if domain not in {None, "NULL"} else None,
            }
            if {"smb", "smb2"} & set(frame.protocols.split(":")):
                yield from self._waiting.put(frame.stream, row)
            else:
                yield Kind.LOGON, row
        else:
            yield from self._answer(frame)

    def end(self) -> Iterator[Observed]:
        """Give those whose answer was not seen."""
        return self._waiting.end()

    def _answer(self, frame: Frame) -> Iterator[Observed]:
        commands = frame.number_of("smb2.cmd"), frame.number_of("smb.cmd")
        if commands[0] != self._SESSION_SETUP and commands[1] != self._SESSION_SETUP_V1:
            return
        reply = frame.first("smb2.flags.response") or frame.first("smb.flags.response")
        status = frame.number_of("smb2.nt_status")
        status = frame.number_of("smb.nt_status") if status is None else status
        if reply not in {"1", "True"} or status in {None, self._MORE_PROCESSING}:
            return
        row = self._waiting.answer(frame.stream)
        if row is not None:
            row |= {"seen_at": frame.time_us, "success": status == 0}
            if status != 0:
                row["detail"] = NT_STATUSES.get(status or 0, f"0x{status:08x}")
            yield Kind.LOGON, row


NT_STATUSES = {
    0xC000006D: "LOGON_FAILURE", 0xC000006A: "WRONG_PASSWORD", 0xC0000064: "NO_SUCH_USER",
    0xC0000234: "ACCOUNT_LOCKED_OUT", 0xC0000072: "ACCOUNT_DISABLED", 0xC0000022: "ACCESS_DENIED",
    0xC000015B: "LOGON_TYPE_NOT_GRANTED", 0xC0000071: "PASSWORD_EXPIRED",
}  # fmt: skip
"""[MS-ERREF], 2.3."""


class Rdp:
    """Requests for a remote desktop, with the cookie that often tells the user."""

    fields: ClassVar[tuple[str, ...]] = ("rdp.rt_cookie",)
    protocols: ClassVar[frozenset[str]] = frozenset({"rdp"})

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look for a cookie, "Cookie: mstshash=user"."""
        cookie = frame.first("rdp.rt_cookie")
        if cookie:
            name = cookie.strip().removeprefix("Cookie: mstshash=")
            yield Kind.LOGON, frame.row() | {"protocol": "rdp", "detail": name or None}

    def end(self) -> Iterator[Observed]:
        """Nothing waits."""
        return iter(())
