"""Administration: someone jumps through the jump host to a server and looks at it (RFC 4251)."""

import subprocess
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.place import search_path
from cloison.rehearse.range.setting import Setting
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

_PER_DAY = 6
_LOOKS = ("df -h", "uptime", "ls -l /", "cat /proc/meminfo", "sleep 1; date")
_PATIENCE = 30.0


class Shells:
    """Administrators: the connection to the server leaves from the jump host."""

    name = "shells"
    modules = ()

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.habit import Habit  # noqa: PLC0415 - the zones draw nothing
        from cloison.rehearse.rhythm import OFFICE  # noqa: PLC0415 - the same

        for jump in draft.setting.having("jump-host"):
            rng = draft.rng(jump.id)
            for admin in draft.setting.having("admin-workstation", zone=jump.zone):
                for _, near in draft.partners(Habit(who=("jump-host",), whom=_SERVERS, service="tcp/22")):
                    for at in draft.moments(rng, _PER_DAY, OFFICE):
                        target = near[int(rng.integers(len(near)))]
                        what = {"admin": admin.id, "look": _LOOKS[int(rng.integers(len(_LOOKS)))]}
                        draft.add(at, jump, target, "tcp/22", what=what)

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a look is done once the server has answered."""
        jump, target = life.ends(errand)
        admin = life.setting.host(str(errand.what["admin"]))
        account = life.setting.account(admin)
        life.look_up(admin, jump)
        port = str(life.setting.port(errand.port))
        ssh = [*client(life.setting, account.name), "-p", port]
        through = " ".join(
            [*ssh, "-b", admin.address, "-W", f"{target.address}:{port}", f"{account.name}@{jump.address}"]
        )
        argv = [*ssh, "-o", f"ProxyCommand={through}", f"{account.name}@{target.address}", str(errand.what["look"])]
        for item in items:
            run(argv)
            yield item


_SERVERS = (
    "web-server",
    "database-server",
    "file-server",
    "mail-relay",
    "mail-server",
    "pacs",
    "storage",
    "backup-server",
)


def client(setting: Setting, name: str) -> list[str]:
    """Give the beginning of an ssh or sftp command that logs on with an account's key and reads nobody's settings."""
    known = setting.folder / "keys" / "known_hosts"
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new",
        "UserKnownHostsFile": str(known),
        "ConnectTimeout": "10",
    }
    chosen = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
    return ["ssh", "-F", "none", "-q", *chosen, "-i", str(setting.shell_key(name))]


def run(argv: Sequence[str], env: dict[str, str] | None = None, patience: float = _PATIENCE) -> str:
    """Run a program of the range and give what it says.

    Raises:
        OSError: it failed, or lasted too long.
    """
    import os  # noqa: PLC0415 - for this only

    around = {**os.environ, "PATH": search_path(), **(env or {})}
    try:
        done = subprocess.run(  # noqa: S603 - programs of the range, in the range
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=around,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(argv[0]) from error
    if done.returncode:
        raise ConnectionError(done.stderr[-200:])
    return done.stdout


HABIT = Shells()
