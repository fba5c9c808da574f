"""A real OpenSSH server, as an ordinary user of a user namespace who may change that namespace's firewall.

`python ssh_box.py FOLDER` is run inside; it prints what the nftables driver saw through `ssh:` as one JSON object.
"""

import json
import os
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.enforce.wards import BOTH, hospital

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.rules import rules_of, structures_of
from cloison.errors import DeviceError

ENTER = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "--net", "--mount"]
NEEDED = ("unshare", "ip", "nft", "sshd", "ssh", "ssh-keygen", "mount")
PORT = 2222
ENOUGH = timedelta(seconds=20)


def serve(folder: Path) -> subprocess.Popen:
    """Give this user a home with its own keys and known hosts, and start the server on the loopback."""
    own = folder / "home" / ".ssh"
    own.mkdir(parents=True, mode=0o700)
    (folder / "passwd").write_text(f"cloison:x:1000:1000::{folder}/home:/bin/sh\n")
    subprocess.run(["mount", "--bind", folder / "passwd", "/etc/passwd"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for key in (folder / "hostkey", own / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (own / "authorized_keys").write_text((own / "id_ed25519.pub").read_text())
    (own / "known_hosts").write_text(f"[127.0.0.1]:{PORT} {(folder / 'hostkey.pub').read_text()}")
    (own / "config").write_text(f"Host pare-feu\n  HostName 127.0.0.1\n  Port {PORT}\n")
    (folder / "sshd_config").write_text(
        f"Port {PORT}\nListenAddress 127.0.0.1\nHostKey {folder}/hostkey\nPidFile none\nUsePAM no\nStrictModes no\n"
        "PasswordAuthentication no\nSetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin\n"
    )
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", folder / "sshd_config"], **quiet)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", PORT)) == 0:
                return server
        time.sleep(0.05)
    return server


def through_ssh(folder: Path) -> dict:
    """Arm, shut, confirm and open through the server; then through one whose key is another."""
    ward = hospital(driver="nftables", address="ssh:cloison@pare-feu")
    (structure, *_), doors = structures_of(ward), rules_of(BOTH, ward).points[0].doors
    device = known_drivers()["nftables"].device(structure.point, folder=folder, patience=ENOUGH)
    seen = {"armed": [device.armed(structure), device.arm(structure), device.armed(structure)]}
    device.apply(doors, revert_after=timedelta(minutes=2))
    seen["shut"] = len(device.held(doors).whole)
    device.confirm(doors, lease=timedelta(hours=1))
    seen["lapses"] = len(device.held(doors).lapses)
    device.remove(doors)
    seen["open"] = len(device.held(doors).whole)
    (folder / "home" / ".ssh" / "known_hosts").write_text("")
    try:
        device.held(doors)
    except DeviceError as error:
        seen["stranger"] = str(error.problem)
    return seen


if __name__ == "__main__":
    place = Path(sys.argv[1])
    server = serve(place)
    try:
        sys.stdout.write(json.dumps(through_ssh(place)) + "\n")
        sys.stdout.flush()
    finally:
        server.kill()
    os._exit(0)
