"""Who is named in an X.509 certificate, and by whom (RFC 5280), read from its DER (ITU-T X.690)."""

from collections.abc import Iterator

_SEQUENCE, _SET, _VERSION, _OID = 0x30, 0x31, 0xA0, 0x06
_UTF16 = 0x1E
_LONG, _CONTINUES = 0x80, 0x80

_SHORT = {
    "2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "1.2.840.113549.1.9.1": "emailAddress",
    "0.9.2342.19200300.100.1.25": "DC",
}  # fmt: skip
"""Attributes as RFC 4514 and OpenSSL write them; others keep their number."""


def subject_and_issuer(hexadecimal: str) -> tuple[str | None, str | None]:
    """Give the names of a certificate's owner and of its signer, most particular part first, as RFC 4514 has it.

    Args:
        hexadecimal: the DER, with colons or without.

    Returns:
        None twice for what is no certificate, or is cut.
    """
    try:
        (tag, whole), *_ = _elements(bytes.fromhex(hexadecimal.replace(":", "")))
        (_, signed), *_ = _elements(whole)
        # [version], serial number, algorithm, issuer, validity, subject
        parts = [part for part in _elements(signed) if part[0] != _VERSION][:5]
        _, _, (_, issuer), _, (_, subject) = parts
        return (_name(subject), _name(issuer)) if tag == _SEQUENCE else (None, None)
    except (ValueError, IndexError, UnicodeDecodeError):
        return None, None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and content of each element.

    Raises:
        ValueError: an element is cut.
    """
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length >= _LONG:
            size = length - _LONG
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError(at)
        yield tag, data[at : at + length]
        at += length


def _name(data: bytes) -> str:
    parts = []
    for tag, several in _elements(data):
        if tag != _SET:
            raise ValueError(tag)
        for _, one in _elements(several):
            (kind, number), (coding, value) = _elements(one)
            if kind != _OID:
                raise ValueError(kind)
            text = value.decode("utf-16-be" if coding == _UTF16 else "utf-8", "replace")
            oid = _dotted(number)
            parts.append(f"{_SHORT.get(oid, oid)}={text}")
    return ",".join(reversed(parts))


def _dotted(number: bytes) -> str:
    values, value = [], 0
    for octet in number:
        value = value << 7 | octet & ~_CONTINUES
        if not octet & _CONTINUES:
            values.append(value)
            value = 0
    first = min(values[0] // 40, 2)
    return ".".join(str(one) for one in (first, values[0] - 40 * first, *values[1:]))
