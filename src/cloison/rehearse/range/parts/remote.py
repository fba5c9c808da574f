"""Remote shells and file transfer: OpenSSH's server with the range's accounts; administrators jump through one host."""

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cloison.rehearse.range.certificates import shell_key
from cloison.rehearse.range.part import Part
from cloison.rehearse.range.place import Place, installed
from cloison.rehearse.range.setting import Host

SHELL = 22
DEPOT = 10_005
"""Where copies are sent, on storage; and `AGENT`, where they are fetched, on what is copied."""
AGENT = 10_006

_COPIED = frozenset({"database-server", "file-server", "pacs"})
_KINDS = frozenset({"server", "backup", "management"})
_ROUNDS = 1000
"""The fewest of crypt(5), for hundreds of accounts that live for hours."""

_UID = 1000
"""Any but 0: a server that runs as root gives its sessions to other users, and the range has only one."""


class Remote(Part):
    """One OpenSSH server for the zone.

    It runs in a user namespace of its own as an ordinary user, and sees the range's accounts in place of the machine's:
    all have the same number, so that no session has to become somebody else.
    """

    name = "remote"
    roles = frozenset(
        {"jump-host", "web-server", "mail-relay", "mail-server", "log-server", "storage", "backup-server", *_COPIED}
    )
    tcp = (SHELL,)
    programs = (("sshd", "openssh-server"), ("unshare", "util-linux"), ("openssl", "openssl"))

    @classmethod
    def stands_on(cls, host: Host) -> bool:
        """Tell whether a host has it: servers only."""
        return host.role in cls.roles and host.kind in _KINDS

    @classmethod
    def also(cls, host: Host) -> tuple[int, ...]:
        """See `Part`."""
        return (*([DEPOT] if host.role == "storage" else []), *([AGENT] if host.role in _COPIED else []))

    def start(self, place: Place) -> None:
        """See `Part`."""
        self._write_accounts()
        config = self.folder / "sshd_config"
        config.write_text("\n".join(self._config()) + "\n", encoding="utf-8")
        config.chmod(0o600)
        # A folder in place of /etc: a mount upon a file goes when the machine replaces that file (rename(2)).
        take = 'mount --rbind /etc "$1/machine" && mount --rbind "$1/etc" /etc && shift && exec "$@"'
        ids = ["--user", f"--map-user={_UID}", f"--map-group={_UID}"]
        if place.namespace is not None:
            # Port 22 belongs to root, which the server is not; the setting is the zone's own (ip-sysctl of the kernel).
            take = f"echo {SHELL} > /proc/sys/net/ipv4/ip_unprivileged_port_start && {take}"
        argv = ["unshare", "--mount", "sh", "-c", take, "sh", str(self.folder), "unshare", *ids]
        # sshd starts itself again for each session, by the path that it was called by.
        argv += [installed("sshd"), "-D", "-e", "-f", str(config)]
        self.process = place.spawn(argv, name=self.name, folder=self.folder)

    def _listens(self) -> Iterator[tuple[str, int]]:
        for host in self.hosts:
            yield from ((host.address, port) for port in (SHELL, *self.also(host)))

    def _config(self) -> Iterator[str]:
        keys = self.setting.folder / "keys" / "shell"
        yield from (f"ListenAddress {address}:{self.setting.port(port)}" for address, port in self._listens())
        yield f"HostKey {shell_key(self.setting, f'host-{self.zone}')}"
        yield f"AuthorizedKeysFile {keys}/%u.pub"
        yield f"PidFile {self.folder}/pid"
        yield "UsePAM no"
        yield "UseDNS no"
        yield "StrictModes no"
        yield "PasswordAuthentication yes"
        yield "KbdInteractiveAuthentication no"
        yield "AllowTcpForwarding yes"
        yield "MaxStartups 60:30:120"
        yield "PrintMotd no"
        yield "PrintLastLog no"
        yield "Subsystem sftp internal-sftp"

    def _write_accounts(self) -> None:
        accounts = self.setting.accounts
        for account in accounts:
            if account.admin or account.service:
                shell_key(self.setting, account.name)
            (self.folder / "homes" / account.name).mkdir(parents=True, exist_ok=True)
        hashed = subprocess.run(  # noqa: S603 - the range's own passwords, on its standard input
            [installed("openssl"), "passwd", "-6", "-salt", f"rounds={_ROUNDS}${secrets.token_hex(4)}", "-stdin"],
            input="".join(f"{account.password}\n" for account in accounts),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        homes = self.folder / "homes"
        passwd = "".join(f"{each.name}:x:{_UID}:{_UID}:EXERCICE:{homes / each.name}:/bin/sh\n" for each in accounts)
        shadow = "".join(f"{a.name}:{mark}:20000:0:99999:7:::\n" for a, mark in zip(accounts, hashed, strict=True))
        etc, machine = self.folder / "etc", self.folder / "machine"
        etc.mkdir(exist_ok=True)
        machine.mkdir(exist_ok=True)
        own = {"passwd": f"root:x:0:0::/:/bin/false\n{passwd}", "shadow": f"root:*:20000::::::\n{shadow}"}
        for name, text in own.items():
            (etc / name).touch(mode=0o600)
            (etc / name).write_text(text, encoding="utf-8")
        for entry in Path("/etc").iterdir():
            if entry.name not in own and not (etc / entry.name).is_symlink():
                (etc / entry.name).symlink_to(machine / entry.name)


PART = Remote
