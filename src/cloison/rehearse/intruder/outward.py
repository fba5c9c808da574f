"""The range's "internet" as the intruder uses it: what answers there, and how it is called."""

import http.client
import ssl
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from socketserver import TCPServer
from threading import Event, Thread

from cloison.rehearse.intruder.stage import Stage

MODULE = "cloison.rehearse.intruder.outward"

DOCUMENT = b"MZ" + b"This is a dummy of an exercise. It runs nothing.\n" * 4_000
"""Begins as a Windows program does, for a reader of captures to name its type; it is none."""

_LARGEST = 64 * 2**20

PLAIN, SEALED = 8_080, 8_443
"""Where it really answers: the range's other sites hold 80 and 443 on every address of the outside."""


def redirection(addresses: Sequence[str]) -> str:
    """Give, as nft's own text, what brings the usual ports of these addresses to it."""
    mine = ", ".join(addresses)
    moved = ((80, PLAIN), (443, SEALED))
    return "; ".join(
        [
            "add table ip outside",
            "add chain ip outside prerouting { type nat hook prerouting priority -100; }",
            *(f"add rule ip outside prerouting ip daddr {{ {mine} }} tcp dport {a} dnat to :{b}" for a, b in moved),
        ]
    )


def post(stage: Stage, address: str, path: str, body: bytes) -> None:
    """Send bytes over HTTPS, checking no certificate, as intruders' tools do.

    Raises:
        OSError: the door is shut, or nobody answers.
        SpentError: a bound is reached.
    """
    stage.purse.carry(len(body))
    unchecked = ssl._create_unverified_context()  # noqa: S323, SLF001 - there is nobody to trust on the other side
    line = http.client.HTTPSConnection(address, stage.port(443), timeout=5, context=unchecked)
    try:
        line.request("POST", path, body=body)
        line.getresponse().read(65_536)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        line.close()


class _Outside(BaseHTTPRequestHandler):
    """Gives the document to who asks, and swallows what is sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(DOCUMENT, "application/x-msdownload")

    def do_POST(self) -> None:
        left = min(int(self.headers.get("Content-Length", 0)), _LARGEST)
        while left > 0 and (taken := self.rfile.read(min(left, 65_536))):
            left -= len(taken)
        self._answer(b"ok", "text/plain")

    def log_message(self, *_: object) -> None:
        """Say nothing: the truth is told by who acts."""

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # The library's own asks a name server for the name of this machine, and waits.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


def serve(address: str, folder: Path, *, plain_port: int = PLAIN, sealed_port: int = SEALED) -> tuple[int, int]:
    """Answer at an address of the range's "internet", over HTTP and HTTPS, from threads that end with the process.

    Returns:
        The two ports, which matters when 0 was asked.
    """
    certificate = _certificate(folder, address)
    plain = _Server((address, plain_port), _Outside)
    sealed = _Server((address, sealed_port), _Outside)
    terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    terms.load_cert_chain(certificate)
    sealed.socket = terms.wrap_socket(sealed.socket, server_side=True)
    for one in (plain, sealed):
        Thread(target=one.serve_forever, daemon=True).start()
    return plain.server_port, sealed.server_port


def _certificate(folder: Path, address: str) -> Path:
    """Make a certificate that nobody signed, for a day."""
    from cryptography import x509  # noqa: PLC0415 - who calls out needs none
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"n{int(ip_address(address))}.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / f"outside-{address}.pem"
    path.touch(mode=0o600)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def main(arguments: Sequence[str]) -> None:
    """Answer at each address until ended: `FOLDER ADDRESS...`."""
    folder, addresses = Path(arguments[0]), arguments[1:]
    for address in addresses:
        serve(address, folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
