import re
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cloison.errors import BadValueError
from cloison.ui.cli.program import run
from cloison.ui.cli.serve import check_address

PROGRAM = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()", "serve"]
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def started():
    """Start a server; gives the address and the one-time link of its first start."""
    running = []

    def start(*arguments):
        process = subprocess.Popen([*PROGRAM, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
        running.append(process)
        link = process.stdout.readline().strip()
        return link.partition("premier/")[0], link

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture
def certificate(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    private.write_bytes(key.private_bytes(*form))
    return pem, private


def test_the_first_start_prints_a_link_that_opens_the_console_over_tls(started, certificate, tmp_path):
    pem, key = certificate
    address, link = started("--home", str(tmp_path / "home"), "--tls-cert", str(pem), "--tls-key", str(key))
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+/premier/[\w-]{32}", link)
    trusted = ssl.create_default_context(cafile=str(pem))
    trusted.check_hostname = False
    with httpx.Client(headers=BROWSER, verify=trusted) as browser:
        assert "Premier démarrage" in browser.get(link).text
        typed = {"login": "t.clef", "name": "T. Clef", "password": "bateau cheval lune"}
        answer = browser.post(link, data=typed)
        assert answer.headers["location"] == "/compte/second"
        assert answer.headers["set-cookie"].startswith("__Host-cloison=")
        assert "; Secure" in answer.headers["set-cookie"]
        assert browser.get(address + "compte/second").status_code == 200


def test_an_administrator_locked_out_gets_a_link_at_the_server(tmp_path, capsys):
    home = ["--home", str(tmp_path / "home")]
    assert run(["serve", *home, "--new-link"]) == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8420/premier/[\w-]{32}\n", capsys.readouterr().out)
    assert run(["serve", *home, "--new-link", "--login", "personne"]) == 2
    assert "personne n’a ce compte" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "10.50.0.10", "::"])  # noqa: S104 - the addresses that are refused
def test_nothing_travels_in_clear_over_a_network(host):
    with pytest.raises(BadValueError, match="in clear"):
        check_address(host, encrypted=False, behind_proxy=False)
    check_address(host, encrypted=True, behind_proxy=False)
    check_address(host, encrypted=False, behind_proxy=True)


def test_loopback_needs_no_certificate_and_a_name_is_no_address():
    for host in ("127.0.0.1", "::1", "127.0.0.9"):
        check_address(host, encrypted=False, behind_proxy=False)
    with pytest.raises(BadValueError, match="is no address"):
        check_address("console.hopital.example", encrypted=True, behind_proxy=False)


@pytest.mark.parametrize(
    "arguments",
    [["--host", "0.0.0.0"], ["--tls-cert", "x.pem"], ["--tls-key", "x.pem"], ["--database", "nonsense"]],  # noqa: S104
)
def test_what_cannot_be_served_is_refused_in_words(tmp_path, capsys, arguments):
    assert run(["serve", "--home", str(tmp_path), *arguments]) in {2, 3}
    assert "→" in capsys.readouterr().err


def test_a_certificate_that_is_none_is_refused(tmp_path, capsys):
    (tmp_path / "x.pem").write_text("no certificate")
    both = ["--tls-cert", str(tmp_path / "x.pem"), "--tls-key", str(tmp_path / "x.pem")]
    assert run(["serve", "--home", str(tmp_path / "home"), "--port", "0", *both]) == 2
    assert "certificat" in capsys.readouterr().err
