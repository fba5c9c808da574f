"""The rehearsed intruder acts inside the range or not at all: what it checks of where it is, before each act.

It trusts nothing that a mistake could set: the kernel says which user namespace this is and which interfaces there are,
and the secret of the keeper can only be read under a mount that no other process of the machine has.
"""

import socket
from collections.abc import Collection, Sequence
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from pathlib import Path

from cloison.errors import OutsideRangeError
from cloison.words import say

UID_MAP = Path("/proc/self/uid_map")
MOUNTS = Path("/proc/self/mountinfo")

_EVERYONE = 2**32 - 1
_MOUNT_POINT, _PRIVATE_KINDS = 4, frozenset({"tmpfs"})


def check_place(marker: Path, nonce: str, interfaces: Collection[str]) -> None:
    """Refuse to go on anywhere but inside the range.

    Args:
        marker: the keeper's file, in the range's private mount.
        nonce: what it must hold.
        interfaces: the only network interfaces that the range gives this zone, beside the loopback.

    Raises:
        OutsideRangeError: this is the machine's own user namespace, the marker is not there, not private or not this
            range's, or another interface is present.
    """
    if _is_initial(UID_MAP.read_text(encoding="ascii")):
        raise _refusal(str(UID_MAP))
    if not _is_private(marker, MOUNTS.read_text(encoding="utf-8", errors="replace")):
        raise _refusal(str(marker))
    try:
        held = marker.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal(str(marker)) from error
    if not nonce or not compare_digest(held, nonce):
        raise _refusal(str(marker))
    strangers = {name for _, name in socket.if_nameindex()} - {"lo", *interfaces}
    if strangers:
        raise _refusal(min(strangers))


def check_targets(addresses: Sequence[str], networks: Sequence[str]) -> None:
    """Refuse targets that are none of the range's.

    Raises:
        OutsideRangeError: an address lies in none of these networks.
    """
    known = [ip_network(network) for network in networks]
    for address in addresses:
        if not any(ip_address(address) in network for network in known):
            raise _refusal(address)


def _is_initial(uid_map: str) -> bool:
    """Tell whether every user of the machine is mapped, which only its own user namespace does (user_namespaces(7))."""
    return any([int(word) for word in line.split()][2:] == [_EVERYONE] for line in uid_map.splitlines())


def _is_private(path: Path, mounts: str) -> bool:
    """Tell whether the file lies under a tmpfs that is shared with no other mount namespace (proc_pid_mountinfo(5))."""
    best: tuple[int, bool] = (-1, False)
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) <= _MOUNT_POINT or not after:
            continue
        point = Path(fields[_MOUNT_POINT].encode().decode("unicode_escape"))
        if path.is_relative_to(point) and len(point.parts) >= best[0]:
            shared = any(word.startswith("shared:") for word in fields[6:])
            best = (len(point.parts), after.split()[0] in _PRIVATE_KINDS and not shared)
    return best[1]


def _refusal(where: str) -> OutsideRangeError:
    return OutsideRangeError(
        say("the rehearsed intruder acts only inside the range, and this is not it"),
        fix=say("start an exercise with {command}: it makes the range and ends it", command="cloison drill"),
        where=where,
    )
