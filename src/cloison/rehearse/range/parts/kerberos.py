"""Logons: a Kerberos authentication service that knows the range's accounts (RFC 4120, 3.1: the AS exchange only)."""

import os
import socketserver
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import pbkdf2_hmac
from typing import Any

from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.setting import Setting

UNKNOWN, WRONG, REQUIRED = 6, 24, 25
"""Errors: no such principal, pre-authentication failed, pre-authentication required (RFC 4120, 7.5.9)."""

_AES256 = 18
"""aes256-cts-hmac-sha1-96: RFC 3962, 7."""

_AES256_OCTETS, _ROUNDS = 32, 4096
_KERBEROS = bytes.fromhex("6b65726265726f737b9b5b2b93132b93")
""""kerberos", folded to one block of AES: RFC 3961, A.1."""

_ETYPE_INFO2, _ENC_TIMESTAMP = 19, 2
"""Pre-authentication data: RFC 4120, 7.5.2."""

_TIMESTAMP_USE, _TICKET_USE, _REPLY_USE = 1, 2, 3
"""Key usage numbers: RFC 4120, 7.5.1."""

_AS_REQ, _AS_REP, _ERROR = 10, 11, 30
_LASTS = timedelta(hours=10)
_SKEW = timedelta(minutes=5)
"""Clocks may differ by as much: RFC 4120, 8.2."""

_CONFOUNDER = 16
"""Random octets before what is sealed, one block of AES: RFC 3961, 5.3."""

_LONGEST = 65_536


def realm_of(setting: Setting) -> str:
    """Give the realm of the range's accounts."""
    return setting.domain.upper()


@lru_cache(maxsize=256)
def key_of(name: str, password: str, realm: str) -> Any:  # noqa: ANN401 - impacket has no types
    """Make an account's key of its password, as RFC 3962, 4 has it: a fifth of a second less than the library takes."""
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415 - only where people log on
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.ciphers.modes import ECB  # noqa: PLC0415 - the same
    from impacket.krb5.crypto import Key  # type: ignore[import-untyped] # noqa: PLC0415 - of the `range` extra

    seed = pbkdf2_hmac("sha1", password.encode(), f"{realm}{name}".encode(), _ROUNDS, _AES256_OCTETS)
    derive = Cipher(AES(seed), ECB()).encryptor()  # noqa: S305 - one block after another is the standard's derivation
    first = derive.update(_KERBEROS)
    return Key(_AES256, first + derive.update(first))


def asking(name: str, realm: str, *, nonce: int, key: Any | None = None) -> bytes:  # noqa: ANN401 - impacket's key
    """Write a request for a ticket; with the account's key it proves who asks."""
    from impacket.krb5.asn1 import AS_REQ, PA_ENC_TS_ENC, seq_set, seq_set_iter  # type: ignore[import-untyped] # noqa: PLC0415
    from impacket.krb5.constants import encodeFlags  # type: ignore[import-untyped] # noqa: PLC0415 - the same
    from impacket.krb5.kerberosv5 import encoder, noValue  # type: ignore[import-untyped] # noqa: PLC0415 - the same
    from impacket.krb5.types import KerberosTime, Principal  # type: ignore[import-untyped] # noqa: PLC0415 - the same

    now = datetime.now(UTC)
    request = AS_REQ()
    request["pvno"], request["msg-type"] = 5, _AS_REQ
    if key is not None:
        stamp = PA_ENC_TS_ENC()
        stamp["patimestamp"], stamp["pausec"] = KerberosTime.to_asn1(now), now.microsecond
        request["padata"] = noValue
        request["padata"][0] = noValue
        request["padata"][0]["padata-type"] = _ENC_TIMESTAMP
        request["padata"][0]["padata-value"] = encoder.encode(_sealed(key, _TIMESTAMP_USE, stamp))
    body = seq_set(request, "req-body")
    body["kdc-options"] = encodeFlags([])
    seq_set(body, "cname", Principal(name, type=1).components_to_asn1)
    seq_set(body, "sname", Principal(f"krbtgt/{realm}", type=2).components_to_asn1)
    body["realm"], body["till"], body["nonce"] = realm, KerberosTime.to_asn1(now + _LASTS), nonce
    seq_set_iter(body, "etype", (_AES256,))
    told: bytes = encoder.encode(request)
    return told


def answer_to(question: bytes, keys: Callable[[str], Any], realm: str, own: Any) -> bytes:  # noqa: ANN401 - impacket's
    """Give the service's answer.

    Args:
        question: an AS-REQ.
        keys: account's name -> its key, None when there is no such account.
        realm: of the accounts.
        own: the service's own key, in which tickets are sealed.

    Returns:
        An AS-REP, or a KRB-ERROR.

    Raises:
        Exception: it is no AS-REQ.
    """
    from impacket.krb5.asn1 import AS_REQ  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.kerberosv5 import decoder  # noqa: PLC0415 - the same

    request = decoder.decode(question, asn1Spec=AS_REQ())[0]
    name = "/".join(str(part) for part in request["req-body"]["cname"]["name-string"])
    key = keys(name)
    if key is None:
        return _error(UNKNOWN, name, realm)
    given = [each for each in request["padata"] if each["padata-type"] == _ENC_TIMESTAMP]
    if not given:
        return _error(REQUIRED, name, realm)
    if not _proves(bytes(given[0]["padata-value"]), key):
        return _error(WRONG, name, realm)
    return _ticket(name, realm, int(request["req-body"]["nonce"]), key, own)


def outcome_of(answer: bytes, key: Any, nonce: int) -> int:  # noqa: ANN401 - impacket's key
    """Tell what the service answered: 0 for a ticket that is ours, else its error."""
    from impacket.krb5.asn1 import AS_REP, KRB_ERROR, EncASRepPart  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.crypto import decrypt  # noqa: PLC0415 - the same
    from impacket.krb5.kerberosv5 import decoder  # noqa: PLC0415 - the same

    if answer[0] & 0x1F == _ERROR:  # the application tag is the message's type: RFC 4120, 5.10
        return int(decoder.decode(answer, asn1Spec=KRB_ERROR())[0]["error-code"])
    reply = decoder.decode(answer, asn1Spec=AS_REP())[0]
    opened = decrypt(key, _REPLY_USE, bytes(reply["enc-part"]["cipher"]))
    return 0 if int(decoder.decode(opened, asn1Spec=EncASRepPart())[0]["nonce"]) == nonce else WRONG


def framed(message: bytes) -> bytes:
    """Put a message's length before it, as over TCP: RFC 4120, 7.2.2."""
    return struct.pack("!I", len(message)) + message


def received(line: Any) -> bytes:  # noqa: ANN401 - a socket
    """Read one framed message.

    Raises:
        OSError: the other end hung up, or sends what is too long.
    """
    length = struct.unpack("!I", _read(line, 4))[0]
    if length > _LONGEST:
        raise ConnectionError(length)
    return _read(line, length)


class Kerberos(ServedPart):
    """The authentication service of every domain controller."""

    name = "kerberos"
    roles = frozenset({"domain-controller"})
    tcp = (88,)
    modules = ("impacket",)

    def serve(self) -> None:
        """See `ServedPart`."""
        from impacket.krb5.crypto import Key  # noqa: PLC0415 - of the `range` extra

        realm = realm_of(self.setting)
        words = {each.name: each.password for each in self.setting.accounts}
        own = Key(_AES256, os.urandom(32))

        def keys(name: str) -> Any:  # noqa: ANN401 - impacket's key
            return key_of(name, words[name], realm) if name in words else None

        for host in self.hosts:
            server = _Server((host.address, self.setting.port(88)), lambda text: answer_to(text, keys, realm, own))
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], answer: Callable[[bytes], bytes]) -> None:
        super().__init__(address, _Question)
        self.answer = answer

    def handle_error(self, *_: object) -> None:
        """What is no question has no answer: the connection is closed."""


class _Question(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.request.settimeout(30)
        while True:
            self.request.sendall(framed(self.server.answer(received(self.request))))


def _read(line: Any, length: int) -> bytes:  # noqa: ANN401 - a socket
    held = b""
    while len(held) < length:
        chunk = line.recv(length - len(held))
        if not chunk:
            raise ConnectionResetError
        held += chunk
    return held


def _sealed(key: Any, use: int, part: Any) -> Any:  # noqa: ANN401 - the library's
    from impacket.krb5.asn1 import EncryptedData  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.crypto import encrypt  # noqa: PLC0415 - the same
    from impacket.krb5.kerberosv5 import encoder  # noqa: PLC0415 - the same

    sealed = EncryptedData()
    sealed["etype"] = _AES256
    sealed["cipher"] = encrypt(key, use, encoder.encode(part), os.urandom(_CONFOUNDER))
    return sealed


def _proves(padata: bytes, key: Any) -> bool:  # noqa: ANN401 - the library's
    from impacket.krb5.asn1 import PA_ENC_TS_ENC, EncryptedData  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.crypto import InvalidChecksum, decrypt  # noqa: PLC0415 - the same
    from impacket.krb5.kerberosv5 import decoder  # noqa: PLC0415 - the same
    from impacket.krb5.types import KerberosTime  # noqa: PLC0415 - the same

    try:
        opened = decrypt(key, _TIMESTAMP_USE, bytes(decoder.decode(padata, asn1Spec=EncryptedData())[0]["cipher"]))
    except InvalidChecksum:
        return False
    stamp = decoder.decode(opened, asn1Spec=PA_ENC_TS_ENC())[0]["patimestamp"]
    told: datetime = KerberosTime.from_asn1(stamp)
    return abs(told.replace(tzinfo=UTC) - datetime.now(UTC)) < _SKEW


def _ticket(name: str, realm: str, nonce: int, key: Any, own: Any) -> bytes:  # noqa: ANN401 - the library's
    from impacket.krb5.asn1 import AS_REP, EncASRepPart, EncTicketPart, seq_set  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.constants import encodeFlags  # noqa: PLC0415 - the same
    from impacket.krb5.kerberosv5 import encoder, noValue  # noqa: PLC0415 - the same
    from impacket.krb5.types import KerberosTime, Principal  # noqa: PLC0415 - the same

    now = datetime.now(UTC)
    session = os.urandom(32)
    inside, reply = EncTicketPart(), EncASRepPart()
    for part in (inside, reply):
        part["flags"] = encodeFlags([])
        part["key"] = noValue
        part["key"]["keytype"], part["key"]["keyvalue"] = _AES256, session
        part["authtime"], part["endtime"] = KerberosTime.to_asn1(now), KerberosTime.to_asn1(now + _LASTS)
    inside["crealm"] = reply["srealm"] = realm
    seq_set(inside, "cname", Principal(name, type=1).components_to_asn1)
    inside["transited"] = noValue
    inside["transited"]["tr-type"], inside["transited"]["contents"] = 0, b""
    seq_set(reply, "sname", Principal(f"krbtgt/{realm}", type=2).components_to_asn1)
    reply["nonce"] = nonce
    reply["last-req"] = noValue
    reply["last-req"][0] = noValue
    reply["last-req"][0]["lr-type"], reply["last-req"][0]["lr-value"] = 0, KerberosTime.to_asn1(now)
    answer = AS_REP()
    answer["pvno"], answer["msg-type"], answer["crealm"] = 5, _AS_REP, realm
    seq_set(answer, "cname", Principal(name, type=1).components_to_asn1)
    answer["ticket"] = noValue
    answer["ticket"]["tkt-vno"], answer["ticket"]["realm"] = 5, realm
    seq_set(answer["ticket"], "sname", Principal(f"krbtgt/{realm}", type=2).components_to_asn1)
    for slot, sealed in (
        (answer["ticket"], _sealed(own, _TICKET_USE, inside)),
        (answer, _sealed(key, _REPLY_USE, reply)),
    ):
        slot["enc-part"] = noValue
        slot["enc-part"]["etype"], slot["enc-part"]["cipher"] = sealed["etype"], sealed["cipher"]
    told: bytes = encoder.encode(answer)
    return told


def _error(code: int, name: str, realm: str) -> bytes:
    from impacket.krb5.asn1 import ETYPE_INFO2, KRB_ERROR, METHOD_DATA, seq_set  # noqa: PLC0415 - of the `range` extra
    from impacket.krb5.kerberosv5 import encoder, noValue  # noqa: PLC0415 - the same
    from impacket.krb5.types import KerberosTime, Principal  # noqa: PLC0415 - the same

    now = datetime.now(UTC)
    error = KRB_ERROR()
    error["pvno"], error["msg-type"], error["error-code"], error["realm"] = 5, _ERROR, code, realm
    error["stime"], error["susec"] = KerberosTime.to_asn1(now), now.microsecond
    seq_set(error, "sname", Principal(f"krbtgt/{realm}", type=2).components_to_asn1)
    error["crealm"] = realm
    seq_set(error, "cname", Principal(name, type=1).components_to_asn1)
    if code == REQUIRED:
        salts = ETYPE_INFO2()
        salts[0] = noValue
        salts[0]["etype"], salts[0]["salt"] = _AES256, f"{realm}{name}"
        methods = METHOD_DATA()
        methods[0] = noValue
        methods[0]["padata-type"], methods[0]["padata-value"] = _ETYPE_INFO2, encoder.encode(salts)
        methods[1] = noValue
        methods[1]["padata-type"], methods[1]["padata-value"] = _ENC_TIMESTAMP, b""
        error["e-data"] = encoder.encode(methods)
    told: bytes = encoder.encode(error)
    return told


PART = Kerberos
