"""A client, a router and a server in network namespaces of one user namespace: nothing of the host is touched.

`python box.py SCENARIO` is run inside by `in_box`, and prints what it saw as one JSON object.
"""

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.enforce.wards import OFFICE_AT_LIFELINE, hospital

from cloison.enforce.catalogue import known_drivers
from cloison.enforce.nft_text import adding, empty_table
from cloison.enforce.probing import Probing, trials_of
from cloison.enforce.rules import rules_of
from cloison.enforce.verdicts import judge
from cloison.errors import DeviceError
from cloison.model.hospital import ZoneId
from cloison.model.sealing import Prober, Structure, Vanishing
from cloison.ops.keeping import open_again, state
from cloison.ops.moving import Means
from cloison.ops.sealing import arm, seal

ROOT = Path(__file__).parents[2]
SIX = Path("/proc/net/if_inet6").exists()
ENTER = [
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs none /run && exec "$@"',
    "sh",
]
NEEDED = ("unshare", "nsenter", "ip", "nft")


def in_box(scenario: str, *, script: str = __file__) -> dict:
    """Run a scenario of a file, this one unless said, in namespaces of its own; skip by name where that cannot be."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in NEEDED if shutil.which(name, path=path) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    surroundings = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    if subprocess.run([*ENTER, "nft", "list", "tables"], env=surroundings, capture_output=True, check=False).returncode:
        pytest.skip("user namespaces are forbidden here")
    done = subprocess.run(
        [*ENTER, sys.executable, script, scenario],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def build() -> None:
    """Join client and server by a router that forwards, whose own filter accepts established connections."""
    for name in ("client", "router", "server"):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    for number, name in enumerate(("client", "server"), start=1):
        network, six = f"10.{number}.0", f"fd00:{number}:"
        run("ip", "link", "add", f"to-{name}", "netns", "router", "type", "veth", "peer", "name", "up0", "netns", name)
        run("ip", "-n", "router", "address", "add", f"{network}.1/24", "dev", f"to-{name}")
        run("ip", "-n", "router", "link", "set", f"to-{name}", "up")
        run("ip", "-n", name, "address", "add", f"{network}.10/24", "dev", "up0")
        run("ip", "-n", name, "link", "set", "up0", "up")
        run("ip", "-n", name, "route", "add", "default", "via", f"{network}.1")
        if SIX:
            run("ip", "-n", "router", "address", "add", f"{six}:1/64", "dev", f"to-{name}", "nodad")
            run("ip", "-n", name, "address", "add", f"{six}:10/64", "dev", "up0", "nodad")
            run("ip", "-n", name, "-6", "route", "add", "default", "via", f"{six}:1")
    forwarding = ["net.ipv4.ip_forward=1", *(["net.ipv6.conf.all.forwarding=1"] if SIX else [])]
    run("ip", "netns", "exec", "router", "sysctl", "-qw", *forwarding)
    site = """table inet site { chain forward { type filter hook forward priority 0; policy drop;
        ct state established,related accept
        meta l4proto { tcp, icmpv6 } accept
    }
    }"""
    subprocess.run(["ip", "netns", "exec", "router", "nft", "-f", "-"], input=site, text=True, check=True)


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def enter(namespace: str) -> None:
    """Move this thread, and it alone, into a namespace."""
    here = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    ctypes.CDLL(None, use_errno=True).setns(here, 0)
    os.close(here)


def socket_in(namespace: str, host: str = "") -> socket.socket:
    """Make a socket that lives in a namespace, of the family of a host."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made: list[socket.socket] = []

    def make() -> None:
        enter(namespace)
        made.append(socket.socket(family, socket.SOCK_STREAM))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


class Echo:
    """A server that answers each byte with itself."""

    def __init__(self, namespace: str, port: int) -> None:
        every = "::" if SIX else ""
        self._listening = socket_in(namespace, every)
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.bind((every, port))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            peer, _ = self._listening.accept()
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    @staticmethod
    def _answer(peer: socket.socket) -> None:
        while said := peer.recv(4096):
            peer.sendall(said)


def talk(namespace: str, host: str, port: int) -> socket.socket:
    """Open a connection and check that it carries."""
    one = socket_in(namespace, host)
    one.settimeout(20.0)
    one.connect((host, port))
    assert carries(one)
    return one


def carries(one: socket.socket) -> bool:
    """Tell whether a connection brings an answer back within a while."""
    one.settimeout(0.6)
    try:
        one.sendall(b"x")
        return one.recv(16) != b""
    except OSError:
        return False


def answers(namespace: str, host: str, port: int) -> bool:
    """Tell whether a new connection can be opened."""
    with socket_in(namespace, host) as one:
        one.settimeout(0.6)
        try:
            one.connect((host, port))
        except OSError:
            return False
        return True


def opens() -> bool:
    """Wait until a new connection can be opened; False: it never could."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if answers("client", "10.2.0.10", 445):
            return True
    return False


def parts(folder: str, **means):
    """Give the map with its router here, its rules, and means to move its doors."""

    ward = hospital(driver="nftables", address="netns:router")
    six = {"bureau": "fd00:1::/64", "serveurs": "fd00:2::/64"} if SIX else {}
    ward = replace(
        ward,
        zones=tuple(
            replace(one, networks=(*one.networks, *(ip_network(six[name]) for name in six if name == one.id)))
            for one in ward.zones
        ),
    )
    probers = (Prober(zone=ZoneId("bureau"), run="netns:client"),)
    return ward, rules_of(OFFICE_AT_LIFELINE, ward), Means(home=Path(folder), probers=probers, **means)


def sealed(folder: str) -> dict:
    """Seal while a session and a lifeline talk, then open again."""

    build()
    for port in (445, 8042):
        Echo("server", port)
    Echo("client", 9100)
    ward, rules, means = parts(folder)
    arm(ward, means)
    session, lifeline = talk("client", "10.2.0.10", 445), talk("client", "10.2.0.10", 8042)
    other_way = talk("server", "10.1.0.10", 9100)
    six = talk("client", "fd00:2::10", 445) if SIX else None
    lost, stop = [], threading.Event()
    lifeline.settimeout(1.0)

    def messages() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            lifeline.sendall(b"%08d" % number)
            said = lifeline.recv(8, socket.MSG_WAITALL)
            if said != b"%08d" % number:
                lost.append(number)
            time.sleep(0.002)
        lost.append(-number)

    talking = threading.Thread(target=messages)
    talking.start()
    began = time.monotonic()
    verdicts = seal(rules, ward, means, approved={"approved by": "A"})
    seconds = time.monotonic() - began
    seen = {
        "session": carries(session),
        "fresh": answers("client", "10.2.0.10", 445),
        "session over IPv6": six is not None and carries(six),
        "fresh over IPv6": SIX and answers("client", "fd00:2::10", 445),
        "lifelines": [answers("client", one, 8042) for one in ("10.2.0.10", *(["fd00:2::10"] if SIX else []))],
        "other_way": carries(other_way),
        "other_way_fresh": answers("server", "10.1.0.10", 9100),
    }
    stop.set()
    talking.join()
    standing = state(means)[1]
    opened = open_again(ward, means, stage=None, approved={})
    return {
        "verdicts": [(one.state, one.proof) for one in verdicts],
        "standing": [one.state for one in standing],
        "messages": -lost.pop(),
        "lost": lost,
        "seconds": seconds,
        **seen,
        "opened": [one.state for one in opened],
        "after": answers("client", "10.2.0.10", 445),
    }


def lapsing(folder: str) -> dict:
    """Shut without confirming, and wait; then confirm a care door and an office door, and wait."""

    build()
    Echo("server", 445)
    _, rules, _ = parts(folder)
    point = rules.points[0]
    device = known_drivers()["nftables"].device(point.point, folder=Path(folder), patience=timedelta(seconds=10))
    device.arm(Structure(point=point.point, doors=point.doors))
    second = timedelta(seconds=1)
    device.apply(point.doors, revert_after=2 * second)
    seen = {"shut": answers("client", "10.2.0.10", 445), "unconfirmed": opens()}
    for vanishing in Vanishing:
        doors = [replace(door, vanishing=vanishing) for door in point.doors]
        device.apply(doors, revert_after=30 * second)
        device.confirm(doors, lease=second)
        time.sleep(1.1)
        seen[vanishing.value] = opens() if vanishing is Vanishing.FAIL_OPEN else answers("client", "10.2.0.10", 445)
        device.remove(doors)
    device.remove(point.doors)
    return {**seen, "left": device.held(point.doors).strangers + len(device.held(point.doors).whole)}


def broken_lifeline(folder: str) -> dict:
    """Seal with rules that forget the lifeline: the door must open again by itself, and say so."""

    build()
    for port in (445, 8042):
        Echo("server", port)
    ward, rules, means = parts(folder, listening=timedelta(seconds=1.3))
    arm(ward, means)
    deaf = [replace(point, doors=tuple(replace(door, passings=()) for door in point.doors)) for point in rules.points]
    verdicts = seal(replace(rules, points=tuple(deaf)), ward, means, approved={})
    return {
        "verdicts": [(one.state, one.proof) for one in verdicts],
        "evidence": [str(sentence) for one in verdicts for sentence in one.evidence],
        "after": answers("client", "10.2.0.10", 445),
    }


def idle_device(folder: str) -> dict:
    """Probe through a door that nobody shuts."""

    build()
    Echo("server", 445)
    ward, rules, means = parts(folder)
    trials = trials_of(rules, ward, means.probers)
    with Probing(trials, means.probers, patience=means.patience) as probing:
        before, after = probing.hold(0.5), probing.look(1.5)
    return {"proof": judge(trials, before, after)[0], "trials": len(trials)}


def text_checked(folder: str) -> dict:
    """Have nft itself check the structure and every change."""

    _, rules, _ = parts(folder)
    doors = rules.points[0].doors
    text = empty_table() + adding(doors, lasting={door.conduit: timedelta(minutes=2) for door in doors})
    done = subprocess.run(["nft", "-c", "-f", "-"], input=text, capture_output=True, text=True, check=False)
    return {"code": done.returncode, "said": done.stderr}


def tampered(folder: str) -> dict:
    """Arm, then change the chain behind Cloison's back."""

    run("ip", "netns", "add", "router")
    _, rules, _ = parts(folder)
    point = rules.points[0].point
    device = known_drivers()["nftables"].device(point, folder=Path(folder), patience=timedelta(seconds=10))
    whole_of_it = Structure(point=point, doors=rules.points[0].doors)
    seen = [device.armed(whole_of_it), device.arm(whole_of_it), device.arm(whole_of_it), device.armed(whole_of_it)]
    device.apply(rules.points[0].doors, revert_after=timedelta(minutes=2))
    whole = [len(device.held(rules.points[0].doors).whole)]
    inside = ["ip", "netns", "exec", "router", "nft"]
    run(*inside, "insert", "rule", "inet", "cloison", "forward", "accept")
    seen.append(device.armed(whole_of_it))
    whole.append(len(device.held(rules.points[0].doors).whole))
    try:
        device.arm(whole_of_it)
    except DeviceError as error:
        refused = str(error.problem)
    device.remove(rules.points[0].doors)
    seen += [device.arm(whole_of_it), device.armed(whole_of_it)]
    return {"seen": seen, "whole": whole, "refused": refused}


SCENARIOS = {
    "sealed": sealed,
    "lapsing": lapsing,
    "broken-lifeline": broken_lifeline,
    "idle-device": idle_device,
    "text-checked": text_checked,
    "tampered": tampered,
}


def play(scenarios: Mapping[str, Callable[[str], dict]]) -> None:
    """Play the scenario that the command names, print what it saw, and end with all its threads."""
    with TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(scenarios[sys.argv[1]](folder)) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    play(SCENARIOS)
