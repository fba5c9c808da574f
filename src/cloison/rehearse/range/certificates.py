"""The range's own certification authority, the certificates of its servers, the keys of its administrators."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from cloison.rehearse.range.setting import Setting

_LASTS = timedelta(days=30)
"""A range lives for hours."""

_PEM = serialization.Encoding.PEM
_PLAIN = serialization.NoEncryption()


def authority(setting: Setting) -> Path:
    """Give the certificate that every browser of the range trusts, made at first need; its key lies beside it."""
    path, key_path = setting.authority, setting.authority.with_suffix(".key")
    if path.exists():
        return path
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"EXERCICE {setting.domain}")])
    made = (
        _begun(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_path, key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, _PLAIN))
    _write(path, made.public_bytes(_PEM))
    return path


def certify(setting: Setting, host_id: str) -> Path:
    """Give a file with a host's key and certificate, made at first need: its name and its address are in it."""
    host = setting.host(host_id)
    path = setting.certificate(host)
    if path.exists():
        return path
    issuer = x509.load_pem_x509_certificate(authority(setting).read_bytes())
    signer = serialization.load_pem_private_key(setting.authority.with_suffix(".key").read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(path)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, setting.full_name(host)[:64])])
    names = [x509.DNSName(setting.full_name(host)), x509.IPAddress(ip_address(host.address))]
    made = (
        _begun(name, issuer.subject, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, _PLAIN)
    _write(path, private + made.public_bytes(_PEM))
    return path


def shell_key(setting: Setting, name: str) -> Path:
    """Give a private key for OpenSSH, made at first need; the public one lies beside it, under `.pub`."""
    path = setting.shell_key(name)
    if path.exists():
        return path
    key = ed25519.Ed25519PrivateKey.generate()
    openssh = serialization.Encoding.OpenSSH
    public = key.public_key().public_bytes(openssh, serialization.PublicFormat.OpenSSH)
    _write(path.with_name(f"{name}.pub"), public + f" {name}\n".encode())
    _write(path, key.private_bytes(_PEM, serialization.PrivateFormat.OpenSSH, _PLAIN))
    return path


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LASTS)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(content)
