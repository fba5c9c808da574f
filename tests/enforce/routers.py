"""Small routers and firewalls behind a real SSH server on this machine: Cisco IOS, Cisco ASA and Junos, as far as doors go.

Each keeps its configuration in a `Box`; its faults are those of `Failing`, and are met where a real one would fail.
"""

import contextlib
import re
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from cloison.enforce.drivers.memory import Failing

PASSWORD = "cabestan"  # noqa: S105 - of devices that live for one test
JUNK = "\x00\x07~~ 0xDEADBEEF ~~\r\n" * 3


class Box:
    """What a device keeps from one session to the next."""

    def __init__(self, kind, failing=None):
        self.kind, self.failing = kind, failing
        self.groups, self.ranges, self.lists = {}, {}, {}
        self.committed, self.pending = [], None
        self.cleared = []
        self.dropped = 0

    def load(self, text):
        """Take a text as its administrator would paste it."""
        sane, self.failing = self.failing, None
        cli = SHELLS[self.kind](self)
        for line in ["configure", *text.splitlines(), *(["commit"] if self.kind == "junos" else [])]:
            said = cli.answer(line)
            assert not re.search(r"^(%|ERROR|error|syntax)", said, re.MULTILINE), (line, said)
        self.failing = sane

    def ignores(self):
        """Tell whether the next change is to be lost."""
        self.dropped += 1
        return self.failing is Failing.IDLE or (self.failing is Failing.HALF and self.dropped % 2 == 0)


class Cisco:
    """IOS and ASA: modes, object groups, time ranges, access lists."""

    def __init__(self, box):
        self.box, self.configuring, self.here = box, False, None

    @property
    def prompt(self):
        return f"coeur({'config' if self.here is None else 'config-sub'})#" if self.configuring else "coeur#"

    def answer(self, line):
        words, box = line.split(), self.box
        if not words or line.startswith("!"):
            return ""
        if words[0] in {"terminal", "clear"}:
            box.cleared += [line] if words[0] == "clear" else []
            return ""
        if words[0] == "configure":
            self.configuring, self.here = True, None
        elif words[0] in {"end", "exit"}:
            self.configuring = self.configuring and words[0] == "exit" and self.here is not None
            self.here = None
        elif words[0] == "show":
            return self.show(line)
        elif self.configuring:
            return self.configure(words, line)
        else:
            return "% Invalid input detected at '^' marker.\n"
        return ""

    def configure(self, words, line):
        box = self.box
        if words[:2] == ["object-group", "network"]:
            self.here = box.groups.setdefault(words[2], [])
        elif words[0] == "time-range":
            self.here = box.ranges.setdefault(words[1], [])
        elif words[:2] == ["ip", "access-list"]:
            if words[2] == "resequence":
                box.lists[words[3]] = [
                    (int(words[4]) + 10 * n, old) for n, (_, old) in enumerate(box.lists.get(words[3], []))
                ]
            else:
                self.here = box.lists.setdefault(words[3], [])
        elif words[0] == "access-list":
            box.lists.setdefault(words[1], []).insert(int(words[3]) - 1, (0, " ".join(words[5:])))
        elif self.here is None:
            return "% Invalid input detected at '^' marker.\n"
        elif words[0].isdigit() and words[1] in {"permit", "deny"}:
            self.here.append((int(words[0]), " ".join(words[1:])))
            self.here.sort(key=lambda each: each[0])
        else:
            self.member(line.strip())
        return ""

    def member(self, line):
        if line == "no absolute":
            self.here.clear()
        elif line.startswith("no "):
            if not self.box.ignores() and line.removeprefix("no ") in self.here:
                self.here.remove(line.removeprefix("no "))
        elif line.startswith("absolute") or line.endswith("255.255.255.255") or not self.box.ignores():
            self.here.append(line)

    def show(self, line):
        box = self.box
        if line == "show clock":
            return f"*{datetime.now(UTC):%H:%M:%S.000 UTC %a %b} {datetime.now(UTC).day} {datetime.now(UTC).year}\n"
        if "object-group" in line:
            return self.sections("object-group network ", box.groups)
        if "time-range" in line:
            return self.sections("time-range ", box.ranges)
        if "access-list" in line:
            name = line.split()[-1]
            lines = box.lists.get(name, [])
            if box.kind == "cisco-ios":
                head = f"Extended IP access list {name}\n"
                return head + "".join(f"    {n} {text} (12 matches)\n" for n, text in lines)
            return "".join(
                f"access-list {name} extended {text.replace(' eq 443 ', ' eq https ')} \n" for _, text in lines
            )
        return ""

    def sections(self, head, kept):
        return "".join(f"{head}{name}\n" + "".join(f" {line}\n" for line in held) for name, held in kept.items())


class Junos:
    """A candidate, commits, and one that waits to be confirmed."""

    def __init__(self, box):
        self.box, self.candidate = box, None

    @property
    def prompt(self):
        return "cloison@coeur> " if self.candidate is None else "\n[edit]\ncloison@coeur# "

    def answer(self, line):
        box, words = self.box, line.split()
        if line.startswith("set cli"):
            return SETTINGS[words[2]]
        if not words or line.startswith("#"):
            return ""
        if words[0] == "configure":
            self.candidate = list(box.committed)
            return "warning: uncommitted changes will be discarded on exit\nEntering configuration mode\n"
        if words[0] == "show":
            return self.show(line)
        return "unknown command.\n" if self.candidate is None else self.configure(words, line)

    def configure(self, words, line):
        box, old = self.box, self.candidate
        if words[0] == "exit":
            self.candidate = None
        elif words[0] == "commit":
            box.pending = int(words[2]) if words[1:2] == ["confirmed"] else None
            box.committed = list(old)
            return "commit complete\n"
        elif words[0] == "delete":
            self.candidate = old if box.ignores() else [one for one in old if one != line.replace("delete", "set", 1)]
        elif line not in old and ("255.255.255.255" in line or not box.ignores()):
            old.append(line)
        return ""

    def show(self, line):
        if line == "show system commit":
            waiting = f", rollback in {self.box.pending}mins" if self.box.pending else ""
            return f"0   2026-11-22 12:00:00 UTC by cloison via cli commit confirmed{waiting}\n"
        about = line.removeprefix("show configuration ").removesuffix(" | display set")
        return "".join(f"{old}\n" for old in self.box.committed if old.startswith(f"set {about}"))


SETTINGS = {
    "screen-width": "Screen width set to 511\n",
    "screen-length": "Screen length set to 0\n",
    "complete-on-space": "Disabling complete-on-space\n",
}

SHELLS = {"cisco-ios": Cisco, "cisco-asa": Cisco, "junos": Junos}


class Server(paramiko.ServerInterface):
    def __init__(self, box):
        self.box = box

    def get_allowed_auths(self, _):
        return "password"

    def check_auth_password(self, _, password):
        right = password == PASSWORD and self.box.failing is not Failing.WRONG_PASSWORD
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, *_):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_pty_request(self, *_):
        return True

    def check_channel_shell_request(self, _):
        return True


class Router:
    """A device that answers SSH on this machine: a context manager.

    Attributes:
        address: what the map says of it.
    """

    key = paramiko.ECDSAKey.generate()

    def __init__(self, box):
        self.box = box
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self._listening = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.port = self._listening.getsockname()[1]
        lists = "" if self.box.kind == "junos" else "/LAN-IN"
        self.address = f"ssh://cloison@127.0.0.1:{self.port}{lists}"
        if self.box.failing is Failing.UNREACHABLE:
            self._listening.close()
        else:
            threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def known(self, home: Path, point):
        """Write what its client must know: its key and the password."""
        secrets = home / "secrets"
        secrets.mkdir(exist_ok=True, parents=True)
        with (secrets / "known_hosts").open("a") as out:
            out.write(f"[127.0.0.1]:{self.port} {self.key.get_name()} {self.key.get_base64()}\n")
        (secrets / point).touch(mode=0o600)
        (secrets / point).write_text(PASSWORD + "\n")

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        transport = paramiko.Transport(peer)
        self._stack.callback(transport.close)
        transport.add_server_key(self.key)
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=Server(self.box))
            channel = transport.accept(5)
            if channel is not None and self.box.failing is Failing.SLOW:
                while channel.recv(4096):
                    pass  # it hears, and says nothing
            elif channel is not None:
                self._talk(channel)

    def _talk(self, channel):
        cli = SHELLS[self.box.kind](self.box)
        channel.sendall(cli.prompt.lstrip())
        typed = ""
        while said := channel.recv(4096):
            typed += said.decode().replace("\r\n", "\n").replace("\r", "\n")
            while "\n" in typed:
                line, typed = typed.split("\n", 1)
                told = JUNK if self.box.failing is Failing.GARBAGE and line.startswith("show") else cli.answer(line)
                channel.sendall(f"{line}\r\n{told}{cli.prompt}".replace("\n", "\r\n").replace("\r\r", "\r"))
