"""The way into the range from outside: fresh namespaces for a new one, those of a running one, and what both need."""

import subprocess
from collections.abc import Sequence
from datetime import timedelta
from os import environ
from pathlib import Path

from cloison.errors import RangeError
from cloison.rehearse.range.place import NAMESPACES, installed, search_path
from cloison.words import Sentence, say, verbatim

NEEDED = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setsid": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
    "nft": "nftables",
}
"""Programs without which there is no range, and the Debian packages that bring them."""

SENSING = {"dumpcap": "wireshark-common", "nfcapd": "nfdump"}
"""Programs of the sensors, likewise."""

_PROC = Path("/proc/sys")
_FORBIDDING = (
    (_PROC / "kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
    (
        _PROC / "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    (_PROC / "user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
    (_PROC / "user/max_net_namespaces", "0", "sysctl user.max_net_namespaces=15000"),
)
"""Settings that forbid user namespaces to ordinary users, the value that does, and the command that allows them:
user_namespaces(7), namespaces(7), Debian's and Ubuntu's kernels."""

_PATIENCE = timedelta(seconds=10)
_LAST_WORDS = 300


def fresh(argv: Sequence[str]) -> list[str]:
    """Give the command line that runs a program alone in new namespaces, as their root, whoever calls.

    The program is the first of its own process namespace: when it ends, however it ends, the kernel kills every other
    process in there, and with them go the network and the mounts. It is killed itself when `unshare` is.
    """
    flags = [
        "--user",
        "--map-root-user",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--ipc",
    ]
    return [installed("unshare"), *flags, "--", *argv]


def joining(pid: int, argv: Sequence[str], *, namespace: str | None = None) -> list[str]:
    """Give the command line that runs a program inside a running range.

    Args:
        pid: the keeper's, as this process sees it.
        argv: the program; its path is searched inside.
        namespace: of the network; None: the keeper's own, which leads nowhere.

    The program stands in the folder where this one does, unless the range hides it.
    """
    # The one mapped id is already ours: to set groups is what the kernel refuses (user_namespaces(7)).
    flags = ["--user", "--preserve-credentials", "--net", "--mount", "--pid", "--ipc", f"--wdns={_folder()}"]
    inner = [] if namespace is None else ["nsenter", f"--net={NAMESPACES / namespace}", "--"]
    return [installed("nsenter"), f"--target={pid}", *flags, "--", *inner, *argv]


def surroundings() -> dict[str, str]:
    """Give the environment for both: this one, with the paths where Debian puts `ip` and `nft`.

    Python programs in there look for their modules where Cloison is installed, never in the folder one stands in.
    """
    return {**environ, "PATH": search_path(), "PYTHONSAFEPATH": "1"}


def hindrance(programs: Sequence[str] = tuple(NEEDED)) -> RangeError | None:
    """Tell why no range can be built here: a program that is missing, or namespaces that are forbidden; None: it can.

    Args:
        programs: of `NEEDED` and `SENSING`, those that will be used.
    """
    packages = {**NEEDED, **SENSING}
    missing = [name for name in programs if not _is_there(name)]
    if missing:
        wanted = " ".join(sorted({packages[name] for name in missing}))
        return RangeError(
            say("the range needs {missing}", missing=", ".join(missing)),
            fix=say("run: {command}", command=f"apt install {wanted}"),
            where=missing[0],
        )
    try:
        tried = subprocess.run(  # noqa: S603 - fixed words
            fresh(["nft", "list", "tables"]),
            capture_output=True,
            env=surroundings(),
            timeout=_PATIENCE.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused(say("no answer"))
    if tried.returncode == 0:
        return None
    for setting, value, command in _FORBIDDING:
        if setting.is_file() and setting.read_text(encoding="ascii").strip() == value:
            return RangeError(
                say("this machine forbids user namespaces to ordinary users"),
                fix=say("have an administrator run: {command}", command=command),
                where=str(setting),
            )
    return _refused(verbatim(tried.stderr.decode(errors="replace").strip()[-_LAST_WORDS:] or "?"))


def _folder() -> Path:
    here = Path.cwd()
    return Path("/") if here.is_relative_to("/run") else here


def _refused(reason: Sentence) -> RangeError:
    return RangeError(
        say("this machine lets nobody make namespaces with a firewall in them ({reason})", reason=reason),
        fix=say("in a container, allow user namespaces to it; on a machine, use a kernel with nftables"),
        where="unshare",
    )


def _is_there(program: str) -> bool:
    try:
        installed(program)
    except RangeError:
        return False
    return True
