import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloison.ingest.detail.certificates import subject_and_issuer

COUNTRY, UNIT, COMMON, OWN = b"\x55\x04\x06", b"\x55\x04\x0b", b"\x55\x04\x03", b"\x2b\x06\x01\x04\x01\x82\x37\x15"


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + length + content


def name(*parts, coding=0x0C):
    return der(0x30, *(der(0x31, der(0x30, der(0x06, oid), der(coding, text))) for oid, text in parts))


def certificate(subject, issuer, *, version=True):
    head = [der(0xA0, der(0x02, b"\x02"))] if version else []
    signed = der(0x30, *head, der(0x02, b"\x07"), der(0x30, der(0x06, COMMON)), issuer, der(0x30), subject, der(0x30))
    return der(0x30, signed, der(0x30), der(0x03, b"\x00"))


OWNER = name((COUNTRY, b"FR"), (COMMON, "hôpital.example".encode()))
SIGNER = name((COUNTRY, b"FR"), (UNIT, b"PKI"), (COMMON, b"Root"))


@pytest.mark.parametrize("version", [True, False])
def test_owner_and_signer_are_named_the_most_particular_part_first(version):
    text = certificate(OWNER, SIGNER, version=version).hex(":")
    assert subject_and_issuer(text) == ("CN=hôpital.example,C=FR", "CN=Root,OU=PKI,C=FR")


def test_what_signs_itself_has_one_name():
    subject, issuer = subject_and_issuer(certificate(SIGNER, SIGNER).hex())
    assert subject == issuer == "CN=Root,OU=PKI,C=FR"


def test_wide_letters_and_unknown_attributes_are_told():
    odd = name((OWN, "né".encode("utf-16-be")), coding=0x1E)
    assert subject_and_issuer(certificate(odd, odd).hex())[0] == "1.3.6.1.4.1.311.21=né"


@given(st.binary(max_size=80), st.integers(0, 200), st.integers(0, 255))
def test_damaged_certificates_say_nothing_or_something_and_never_fail(junk, place, value):
    whole = bytearray(certificate(OWNER, SIGNER))
    whole[place % len(whole)] = value
    for data in (junk, bytes(whole), bytes(whole[: place % len(whole)])):
        subject_and_issuer(data.hex())
    assert subject_and_issuer(junk.hex() + "x") == (None, None)
