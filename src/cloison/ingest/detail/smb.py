"""SMB 1 to 3 in clear: shares mapped, files opened, read, written, renamed, deleted ([MS-CIFS], [MS-SMB2])."""

from collections.abc import Iterator
from typing import Any, ClassVar

from cloison.ingest.detail.frame import WAITING, Frame, Observed, as_number, at, is_true
from cloison.model.observations import Kind

_TREE_CONNECT, _CREATE, _READ, _WRITE, _SET_INFO = 3, 5, 8, 9, 17
_RENAME_LEVEL, _DISPOSITION_LEVEL = 10, 13
_DELETE_ON_CLOSE = 0x1000
_SHARE_TYPES = {1: "disk", 2: "pipe", 3: "print"}
_ACCESS_DENIED = 0xC0000022

_V1_TREE, _V1_CREATE, _V1_READ, _V1_WRITE, _V1_DELETE, _V1_RENAME = 0x75, 0xA2, 0x2E, 0x2F, 0x06, 0x07
_V1_TRANSACTION2, _SESSION_SETUP = 0x32, 0x0E
_V1_ODD = {0x26: "transaction_secondary", 0x33: "transaction2_secondary", 0xA1: "nt_transact_secondary"}
_V1_SERVICES = {"A:": "disk", "IPC": "pipe", "LPT1:": "print"}


class Smb:
    """Follows SMB conversations: what is opened gets a handle, and later packets name only that.

    Reads and writes are given once for each opening. An answer "access denied" to a mapping or an opening
    gives the action "map_denied" or "open_denied"; other failures give nothing. Of SMB 1, requests that go on in
    pieces ("transaction_secondary"...) and those reserved and never implemented ("session_setup2") are told too, each:
    ordinary clients hardly ever send them.
    """

    fields: ClassVar[tuple[str, ...]] = (
        "smb2.cmd", "smb2.flags.response", "smb2.nt_status", "smb2.msg_id", "smb2.tree", "smb2.filename", "smb2.fid",
        "smb2.share_type", "smb2.eof", "smb2.class", "smb2.infolevel", "smb2.disposition.delete_on_close",
        "smb.cmd", "smb.flags.response", "smb.nt_status", "smb.mid", "smb.path", "smb.service", "smb.file",
        "smb.old_file", "smb.fid", "smb.trans2.cmd",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"smb", "smb2"})

    def __init__(self) -> None:
        """Begin with nothing open."""
        self._asked: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._open: dict[tuple[str, str | None], dict[str, Any]] = {}

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet's SMB messages, one after the other."""
        commands = frame.all("smb2.cmd")
        for place, command in enumerate(commands):
            yield from self._message(frame, _Message(frame, "smb2", as_number(command), place, len(commands)))
        # An AndX chain ends with 0xff: no further command.
        commands = [command for command in frame.all("smb.cmd") if command.lower() != "0xff"]
        for place, command in enumerate(commands):
            yield from self._message_v1(frame, _Message(frame, "smb", as_number(command), place, len(commands)))

    def end(self) -> Iterator[Observed]:
        """Requests without an answer are not told: whether they worked is unknown."""
        return iter(())

    def pipe_of(self, frame: Frame) -> str | None:
        r"""Give the pipe, "\pipe\svcctl", that a packet's remote call goes through; None over TCP."""
        handle = frame.first("smb2.fid") or frame.first("smb.fid")
        opened = self._open.get((frame.stream, handle))
        name = opened["name"] if opened else frame.first("smb.file")
        return "\\pipe\\" + name.removeprefix("\\").removeprefix("PIPE\\") if name else None

    def _message(self, frame: Frame, message: "_Message") -> Iterator[Observed]:
        key = (frame.stream, message.get("msg_id"))
        if not message.reply:
            if message.command in {_TREE_CONNECT, _CREATE}:
                self._remember(self._asked, key, {"share": message.get("tree"), "name": message.get("filename")})
            elif message.command in {_READ, _WRITE}:
                action = "read" if message.command == _READ else "write"
                yield from self._once(frame, message.get("fid"), action)
            elif message.command == _SET_INFO:
                yield from self._set_info(frame, message)
            return
        asked = self._asked.pop(key, None)
        if message.command == _TREE_CONNECT and asked is not None:
            share_type = _SHARE_TYPES.get(as_number(message.get("share_type")) or 0)
            yield from _tell(frame, message.status, "map", asked, share_type=share_type)
        elif message.command == _CREATE and asked is not None:
            asked["share"] = asked["share"] or message.get("tree")
            yield from self._opened(frame, message, asked, as_number(message.get("eof")))

    def _message_v1(self, frame: Frame, message: "_Message") -> Iterator[Observed]:
        command = message.command
        asked = {"share": message.get("path"), "name": message.get("file")}
        if message.reply and command == _V1_TREE:
            yield from _tell(
                frame, message.status, "map", asked, share_type=_V1_SERVICES.get(message.get("service") or "")
            )
        elif command == _V1_CREATE and not message.reply:
            self._remember(self._asked, (frame.stream, message.get("mid")), asked)
        elif command == _V1_CREATE:
            known = self._asked.pop((frame.stream, message.get("mid")), asked)
            yield from self._opened(frame, message, known, None)
        elif not message.reply and command in _V1_ODD:
            yield Kind.SMB, frame.row() | {"action": _V1_ODD[command]}
        elif not message.reply and command == _V1_TRANSACTION2:
            if frame.number_of("smb.trans2.cmd") == _SESSION_SETUP:
                yield Kind.SMB, frame.row() | {"action": "session_setup2"}
        elif not message.reply and command in {_V1_READ, _V1_WRITE}:
            yield from self._once(frame, message.get("fid"), "read" if command == _V1_READ else "write")
        elif message.reply and message.status == 0 and command in {_V1_DELETE, _V1_RENAME}:
            row = frame.row(reply=True) | asked
            row["action"] = "delete" if command == _V1_DELETE else "rename"
            row["previous_name"] = message.get("old_file")
            yield Kind.SMB, row

    def _opened(self, frame: Frame, message: "_Message", asked: dict[str, Any], size: int | None) -> Iterator[Observed]:
        if message.status == 0 and message.get("fid"):
            self._remember(self._open, (frame.stream, message.get("fid")), {**asked, "told": set()})
        yield from _tell(frame, message.status, "open", asked, size=size)

    def _once(self, frame: Frame, handle: str | None, action: str) -> Iterator[Observed]:
        opened = self._open.get((frame.stream, handle))
        if opened is None or action in opened["told"]:
            return
        opened["told"].add(action)
        yield Kind.SMB, frame.row() | {"action": action, "share": opened["share"], "name": opened["name"]}

    def _set_info(self, frame: Frame, message: "_Message") -> Iterator[Observed]:
        opened = self._open.get((frame.stream, message.get("fid")))
        level = as_number(message.get("infolevel"))
        if opened is None or as_number(message.get("class")) != 1:
            return
        row = frame.row() | {"share": opened["share"], "name": opened["name"]}
        if level == _RENAME_LEVEL and message.get("filename"):
            row |= {"action": "rename", "name": message.get("filename"), "previous_name": opened["name"]}
            opened["name"] = message.get("filename")
            yield Kind.SMB, row
        elif level == _DISPOSITION_LEVEL and is_true(message.get("disposition.delete_on_close")):
            yield Kind.SMB, row | {"action": "delete"}

    @staticmethod
    def _remember(
        memory: dict[tuple[str, str | None], dict[str, Any]], key: tuple[str, str | None], value: dict[str, Any]
    ) -> None:
        memory.pop(key, None)
        if len(memory) >= WAITING:
            del memory[next(iter(memory))]
        memory[key] = value


class _Message:
    """One message among those of a packet."""

    __slots__ = ("_among", "_frame", "_place", "_prefix", "command", "reply", "status")

    def __init__(self, frame: Frame, prefix: str, command: int | None, place: int, among: int) -> None:
        self._frame, self._prefix, self._place, self._among = frame, prefix, place, among
        self.command = command
        self.reply = is_true(self.get("flags.response"))
        self.status = as_number(self.get("nt_status"))

    def get(self, name: str) -> str | None:
        return at(self._frame.all(f"{self._prefix}.{name}"), self._place, self._among) or None


def _tell(
    frame: Frame, status: int | None, action: str, asked: dict[str, Any], **more: str | int | None
) -> Iterator[Observed]:
    if status in {0, _ACCESS_DENIED}:
        action = action if status == 0 else f"{action}_denied"
        row = frame.row(reply=True) | {"action": action, "share": asked["share"], **more}
        yield Kind.SMB, row if action.startswith("map") else row | {"name": asked["name"]}
