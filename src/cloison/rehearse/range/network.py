"""Builds the range's network, from inside its own user, network, mount and process namespaces."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cloison.errors import RangeError
from cloison.rehearse.range.firewall import MIRROR, Passages, passages, peacetime
from cloison.rehearse.range.layout import ROUTER, SENSORS, WORLD, RangeLayout
from cloison.rehearse.range.place import NAMESPACES, installed, search_path
from cloison.words import say, verbatim

SPAN = "span"
"""The sensors' end of the mirror; it has no address: nobody in the hospital can talk to it."""

MARK = Path("/run/cloison-range")
"""Holds the range's nonce, in the range's private /run: what must not run elsewhere looks for it."""

_PATIENCE = timedelta(seconds=60)
_LAST_WORDS = 400

_SETTINGS = {
    "net/ipv4/ip_forward": "1",
    # Bytes of each connection are counted, and dead ones are soon forgotten: a drill lasts minutes.
    "net/netfilter/nf_conntrack_acct": "1",
    "net/netfilter/nf_conntrack_tcp_timeout_time_wait": "10",
}


def build(layout: RangeLayout, *, nonce: str) -> None:
    """Make every namespace, link, address, route and rule.

    The caller is alone in fresh namespaces (`entering.fresh`): /run becomes private, and nothing outside is touched.

    Args:
        layout: what to build.
        nonce: written in the range's private mount.

    Raises:
        RangeError: a step was refused, with its own words.
    """
    _hide_machine(nonce, _name_servers(layout))
    _run(["ip", "link", "set", "lo", "up"])
    spaces = [ROUTER, SENSORS, *(one.zone for one in layout.compartments)]
    _run(["ip", "-batch", "-"], "".join(f"netns add {name}\n" for name in spaces))
    for name in spaces:
        _quiet(name)
    _run(["ip", "-batch", "-"], "\n".join(_links(layout)) + "\n")
    for one in layout.compartments:
        _run(["ip", "-netns", one.zone, "-batch", "-"], "\n".join(_inner(layout, one.zone)) + "\n")
    _run(["ip", "-netns", ROUTER, "-batch", "-"], "\n".join(_router(layout)) + "\n")
    _run(["ip", "-netns", SENSORS, "-batch", "-"], f"link set lo up\nlink set {SPAN} up\n")
    within(ROUTER, ["nft", "-f", "-"], peacetime(layout))


def within(namespace: str, argv: Sequence[str], text: str = "") -> str:
    """Run a program in a namespace of the range, with a text on its input; give what it prints.

    Raises:
        RangeError: it is not installed, refuses or lasts too long.
    """
    return _run(["nsenter", f"--net={NAMESPACES / namespace}", "--", *argv], text)


def count(layout: RangeLayout) -> Passages:
    """Read what passed the router."""
    return passages(within(ROUTER, ["nft", "-j", "list", "counters"]), layout.hospital)


def _hide_machine(nonce: str, servers: Sequence[IPv4Address]) -> None:
    """Hide the machine's /run, where its own services listen, and its name servers."""
    _run(["mount", "--make-rprivate", "/"])
    resolver = Path("/etc/resolv.conf").resolve()
    _run(["mount", "-t", "tmpfs", "-o", "mode=0755", "cloison-range", "/run"])
    NAMESPACES.mkdir(parents=True)
    MARK.write_text(nonce, encoding="ascii")
    text = "".join(f"nameserver {address}\n" for address in servers)
    if resolver.is_relative_to("/run"):
        resolver.parent.mkdir(parents=True, exist_ok=True)
        resolver.write_text(text, encoding="ascii")
    elif resolver.exists():
        own = MARK.with_name("cloison-range-resolver")
        own.write_text(text, encoding="ascii")
        _run(["mount", "--bind", str(own), str(resolver)])


def _name_servers(layout: RangeLayout) -> list[IPv4Address]:
    return [layout.place_of(asset.id)[1] for asset in layout.hospital.assets if asset.role == "domain-controller"]


def _links(layout: RangeLayout) -> Iterator[str]:
    for one in layout.compartments:
        yield f"link add {one.link} netns {ROUTER} type veth peer name up0 netns {one.zone}"
    yield f"link add {MIRROR} netns {ROUTER} type veth peer name {SPAN} netns {SENSORS}"


def _inner(layout: RangeLayout, zone: str) -> Iterator[str]:
    """A zone's own side: every host's address on one interface, the router as the only way out."""
    one = next(one for one in layout.compartments if one.zone == zone)
    yield "link set lo up"
    # Packets of a size that a wire carries: what sensors count is then what they would count in a hospital.
    yield "link set up0 gso_max_segs 1"
    yield "link set up0 up"
    if not one.networks:
        yield f"address add {WORLD[2]}/{WORLD.prefixlen} dev up0"
    for address in one.hosts.values():
        prefix = next((net.prefixlen for net in one.networks if address in net), 32)
        yield f"address add {address}/{prefix} dev up0"
    yield f"route add default via {one.gateways[0].ip}"


def _router(layout: RangeLayout) -> Iterator[str]:
    yield "link set lo up"
    yield f"link set {MIRROR} up"
    for one in layout.compartments:
        yield f"link set {one.link} alias {one.zone}"
        yield f"link set {one.link} up"
        for gateway in one.gateways:
            yield f"address add {gateway} dev {one.link}"
        if not one.networks:
            yield f"route add default via {WORLD[2]} dev {one.link}"


def _quiet(name: str) -> None:
    """Set the kernel's own behaviour in a namespace: no IPv6 chatter, which the map does not know."""
    settings = {
        "net/ipv6/conf/all/disable_ipv6": "1",
        "net/ipv6/conf/default/disable_ipv6": "1",
        # sshd runs as an ordinary user of a namespace within this one, and answers on its usual port.
        "net/ipv4/ip_unprivileged_port_start": "0",
    }
    if name == ROUTER:
        settings |= _SETTINGS
    writing = "".join(f"echo {value} > /proc/sys/{key}\n" for key, value in settings.items())
    within(name, ["sh", "-e"], writing)


def _run(argv: Sequence[str], text: str = "") -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed programs, on names of the map that were checked
            [installed(argv[0]), *argv[1:]],
            input=text.encode(),
            capture_output=True,
            env={**os.environ, "PATH": search_path()},
            timeout=_PATIENCE.total_seconds(),
            check=False,
        )
        said, code = done.stderr.decode(errors="replace").strip(), done.returncode
    except subprocess.TimeoutExpired:
        said, code = f"> {_PATIENCE.total_seconds():.0f} s", 1
    if code:
        raise RangeError(
            say("the machine refused a step of the range: {reason}", reason=verbatim(said[-_LAST_WORDS:] or "?")),
            fix=say("see what a range needs in {page}", page="docs/range.md"),
            where=" ".join(argv)[:_LAST_WORDS],
        )
    return done.stdout.decode(errors="replace")
