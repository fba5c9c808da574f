import socket
import ssl
import subprocess
import threading

import pytest
from tests.rehearse.range.furnished import needs, setting_in

from cloison.rehearse.range.certificates import authority, certify, shell_key


def test_a_browser_that_trusts_the_authority_trusts_its_servers_and_no_other_name(tmp_path):
    setting = setting_in(tmp_path)
    path = certify(setting, "dossier")
    assert certify(setting, "dossier") == path
    assert path.stat().st_mode & 0o077 == 0
    assert greets(path, authority(setting), "dossier.ch.example")
    assert greets(path, authority(setting), setting.host("dossier").address)
    with pytest.raises(ssl.SSLCertVerificationError):
        greets(path, authority(setting), "pacs.ch.example")


def greets(certificate, trusted, name):
    here, there = socket.socketpair()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    answering = threading.Thread(target=shake, args=(server, there))
    answering.start()
    try:
        with here, ssl.create_default_context(cafile=trusted).wrap_socket(here, server_hostname=name) as line:
            return line.version() == "TLSv1.3"
    finally:
        answering.join()


def shake(context, sock):
    try:
        context.wrap_socket(sock, server_side=True).close()
    except OSError:
        sock.close()


def test_a_shell_key_is_one_that_openssh_reads(tmp_path):
    needs("ssh-keygen")
    setting = setting_in(tmp_path)
    path = shell_key(setting, "adm.essai")
    assert shell_key(setting, "adm.essai") == path
    shown = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True, check=True).stdout
    assert shown.split()[:2] == path.with_name("adm.essai.pub").read_text().split()[:2]
