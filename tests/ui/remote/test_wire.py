"""Against real sockets: a server of ours, one with a certificate, and hostile ones."""

import gzip
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cloison import __version__
from cloison.errors import BadValueError, ServerError
from cloison.ui.answers import NOUN, Mutes, Watched
from cloison.ui.remote import wire
from cloison.ui.remote.wire import Wire

GOOD = {"Content-Type": NOUN, "Cloison-Version": __version__}
SECRET = "cloison_secret"  # noqa: S105 - of nobody


@contextmanager
def answering(status=200, headers=GOOD, body=b'{"count": 3}', context=None):
    """A server that answers everything alike, and the requests that it had."""
    had = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            had.append((self.command, self.path, dict(self.headers)))
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    for method in ("GET", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}", had
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked(address, **more):
    return Wire(address, SECRET, "en", **more).noun(Watched, "/watchlist")


def trouble(address, **more):
    with pytest.raises(ServerError) as refused:
        asked(address, **more)
    assert SECRET not in str(refused.value)
    assert refused.value.where == address
    return str(refused.value)


def test_an_answer_is_read_and_the_token_goes_in_a_header_only():
    with answering() as (address, had):
        assert asked(address) == Watched(count=3)
        wire_ = Wire(address, SECRET)
        wire_.act(Watched, "/watchlist", {"add": {}})
        wire_.put_text(Watched, "/map", b"format = 1", "application/toml", query={"note": "essai"})
    assert [method for method, _, _ in had] == ["GET", "POST", "PUT"]
    assert had[0][1] == "/api/v1/watchlist?lang=en"
    assert all(headers["Authorization"] == f"Bearer {SECRET}" for _, _, headers in had)
    assert not any(SECRET in path for _, path, _ in had)
    assert SECRET not in repr(Wire("https://a.example", SECRET))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"body": b"{"}, "another shape"),
        ({"body": b"[]"}, "another shape"),
        ({"body": b'{"count": "many"}'}, "another shape"),
        ({"body": b'{"count": 1, "more": 2}'}, "another shape"),
        ({"body": b'{"count": {"moment": 5}}'}, "another shape"),
        ({"body": b"[" * 200_000}, "another shape"),
        ({"body": b"\xff\xfe"}, "something else"),
        ({"headers": {**GOOD, "Content-Type": "text/html"}}, "something else"),
        ({"headers": {**GOOD, "Content-Encoding": "gzip"}, "body": gzip.compress(b'{"count": 3}')}, "something else"),
        ({"headers": {"Content-Type": NOUN}}, "no Cloison"),
        ({"headers": {**GOOD, "Cloison-Version": "9.1.0"}}, "version 9.1.0"),
        ({"status": 302, "headers": {"Location": "https://elsewhere.example"}}, "leads elsewhere"),
        ({"status": 500, "body": b"<html>"}, "in trouble"),
        ({"status": 204, "body": b""}, "another shape"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_cannot_be_trusted_is_refused(answer, words):
    with answering(**answer) as (address, had):
        assert words in trouble(address)
    assert len(had) == 1


def test_an_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(wire, "LARGEST", 1 << 20)
    with answering(body=b" " * (2 << 20)) as (address, _):
        assert "larger than" in trouble(address)


def test_a_server_that_drips_is_left(monkeypatch):
    monkeypatch.setattr(wire, "WHOLE_SECONDS", -1.0)
    with answering() as (address, _):
        assert "in time" in trouble(address)


def test_a_server_that_is_not_there_is_told():
    with answering() as (address, _):
        pass
    assert "cannot be reached" in trouble(address)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with answering() as (address, _):
        assert asked(address) == Watched(count=3)


def test_a_list_of_nouns_is_read():
    with answering(body=json.dumps({"mutes": []}).encode()) as (address, _):
        assert Wire(address, SECRET).noun(Mutes, "/mutes") == Mutes(mutes=())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that no authority of the system signed."""
    folder = tmp_path_factory.mktemp("tls")
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "essai")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "ca.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return pem, context


def test_a_certificate_that_nobody_here_signed_is_refused_and_one_that_is_named_is_believed(certificate):
    pem, context = certificate
    with answering(context=context) as (address, had):
        assert "not to be trusted" in trouble(address)
        assert had == []
        assert asked(address, authority=pem) == Watched(count=3)
        elsewhere = address.replace("127.0.0.1", "localhost")
        assert "not to be trusted" in trouble(elsewhere, authority=pem)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_told(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadValueError, match="certificates"):
        asked("https://127.0.0.1:1", authority=path)
