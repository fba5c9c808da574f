"""A watch's state as bytes, and back.

The bytes hold plain values, tables (Arrow IPC) and the attributes of Cloison's own classes. Reading them runs no
code: no constructor is called, and a class that is not Cloison's is refused. What a watch makes anew from its
context (`Rebuilt`, the detector, expressions, functions) is not written: the fresh watch's own stays.
"""

import json
import re
import zlib
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum, Flag
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np
import polars as pl

from cloison.detect.detector import Context, Rebuilt
from cloison.errors import BadStateError
from cloison.model.addressing import AddressBook
from cloison.model.hospital import Hospital
from cloison.words import Sentence, say

MAGIC = b"cloison state 1\n"
"""The first bytes; the number is the format's."""

_DIGEST = 32
_ROOMS = ("cloison.detect.", "cloison.model.", "cloison.words")
_SEQUENCES: Mapping[str, Callable[[Any], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_MAPPINGS: Mapping[str, type[dict[Any, Any]]] = {"dict": dict, "counter": Counter, "ordered": OrderedDict}
_FACTORIES: Mapping[str, Callable[[], Any]] = {
    factory.__name__: factory for factory in (int, float, list, set, dict, deque, Counter)
}
_NOT_STATE = (
    *(Context, AddressBook, Hospital, Rebuilt, pl.Expr, re.Pattern, type),
    *(FunctionType, BuiltinFunctionType, MethodType),
)


class UnsavableError(TypeError):
    """A watch holds what cannot be saved: a mistake of its author, whom a test tells."""

    def __init__(self, path: str, value: object) -> None:
        super().__init__(f"{path} holds {type(value).__name__}, which cannot be saved")


def dump(value: object, facts: Mapping[str, str]) -> bytes:
    """Write a value.

    Args:
        value: plain values, containers of them, tables, arrays, objects of Cloison's classes.
        facts: what must be the same when it is read: versions, tunables.

    Raises:
        UnsavableError: it holds something that has no meaning in another process.
    """
    writer = _Writer()
    tree = writer.write(value, "state")
    page = zlib.compress(
        json.dumps({"facts": dict(facts), "classes": writer.classes, "tree": tree}, separators=(",", ":")).encode(), 1
    )
    parts = [page, *writer.blobs]
    body = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return MAGIC + sha256(body).digest() + body


def load(data: bytes, twin: object, facts: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever was written
    """Read what `dump` wrote.

    Args:
        data: the bytes.
        twin: a fresh value of the same shape, which gives what is not written; its objects are filled in place.
        facts: what must be the same as when it was written.

    Raises:
        BadStateError: the bytes are damaged, foreign, or of another version.
    """
    if not data.startswith(MAGIC):
        raise _bad(say("these bytes are no saved state of this version of Cloison"))
    digest, body = data[len(MAGIC) :][:_DIGEST], data[len(MAGIC) + _DIGEST :]
    if sha256(body).digest() != digest:
        raise _bad(say("the saved state is damaged"))
    try:
        page, *blobs = _parts(body)
        document = json.loads(zlib.decompress(page))
        written = document["facts"]
        for name in sorted({*written, *facts}):
            if facts.get(name) != written.get(name):
                raise _bad(say("the saved state was written with another {what}", what=name))
        return _Reader(document["classes"], blobs).read(document["tree"], twin)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ImportError, zlib.error) as error:
        raise _bad(say("the saved state cannot be understood")) from error
    except pl.exceptions.PolarsError as error:
        raise _bad(say("the saved state cannot be understood")) from error


def _bad(problem: Sentence) -> BadStateError:
    return BadStateError(problem, fix=say("start without it, and read the last days of logs again"), where="state")


def _parts(body: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size = int.from_bytes(body[at : at + 8], "big")
        yield body[at + 8 : at + 8 + size]
        at += 8 + size


class _Writer:
    """Writes each thing once: what is met again is a reference, so that two names of one list stay one list."""

    def __init__(self) -> None:
        self.classes: list[tuple[str, str, list[str]]] = []
        self.blobs: list[bytes] = []
        self._places: dict[int, int] = {}
        self._alive: list[object] = []  # an id is only unique among the living
        self._class_places: dict[tuple[type, tuple[str, ...]], int] = {}

    def write(self, value: Any, path: str) -> Any:  # noqa: ANN401 - JSON
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, Enum):
            if not _is_ours(type(value)):
                raise UnsavableError(path, value)
            return ["enum", self._class(type(value), ()), value.value if isinstance(value, Flag) else value.name]
        if isinstance(value, np.generic) and isinstance(plain := value.item(), bool | int | float | str):
            return plain
        if isinstance(value, str):
            return str(value)
        if id(value) in self._places:
            return ["ref", self._places[id(value)]]
        self._places[id(value)] = len(self._places)
        self._alive.append(value)
        return self._new(value, path)

    def _new(self, value: Any, path: str) -> list[Any]:  # noqa: ANN401
        match value:
            case tuple() | list() | set() | frozenset() if type(value).__name__ in {*_SEQUENCES, "list"}:
                items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
                return [type(value).__name__, [self.write(item, path) for item in items]]
            case deque():
                return ["deque", value.maxlen, [self.write(item, path) for item in value]]
            case defaultdict():
                factory = getattr(value.default_factory, "__name__", "")
                if _FACTORIES.get(factory) is not value.default_factory:
                    raise UnsavableError(path, value)
                return ["missing", factory, self._pairs(value, path)]
            case dict() if type(value) in _MAPPINGS.values():
                tag = next(tag for tag, of in _MAPPINGS.items() if type(value) is of)
                return [tag, self._pairs(value, path)]
        return self._leaf(value, path)

    def _leaf(self, value: Any, path: str) -> list[Any]:  # noqa: ANN401, PLR0911 - one return a type
        match value:
            case bytes():
                return ["bytes", self._blob(value)]
            case datetime() if value.tzinfo is not None:
                return ["datetime", value.astimezone(UTC).isoformat()]
            case timedelta():
                return ["timedelta", value // timedelta(microseconds=1)]
            case pl.DataFrame():
                return ["frame", self._blob(_ipc(value))]
            case pl.Series():
                return ["series", self._blob(_ipc(value.to_frame()))]
            case np.ndarray():
                out = BytesIO()
                np.save(out, value, allow_pickle=False)
                return ["array", self._blob(out.getvalue())]
        return self._object(value, path)

    def _object(self, value: Any, path: str) -> list[Any]:  # noqa: ANN401
        if not _is_ours(type(value)) or isinstance(value, tuple | list | set | frozenset | dict | str | bytes):
            raise UnsavableError(path, value)
        attributes = {name: one for name, one in _attributes(value) if not _is_rebuilt(one)}
        place = self._class(type(value), tuple(attributes))
        return ["object", place, [self.write(one, f"{path}.{name}") for name, one in attributes.items()]]

    def _pairs(self, value: Mapping[Any, Any], path: str) -> list[list[Any]]:
        return [[self.write(key, path), self.write(one, path)] for key, one in value.items()]

    def _blob(self, data: bytes) -> int:
        self.blobs.append(data)
        return len(self.blobs) - 1

    def _class(self, of: type, attributes: tuple[str, ...]) -> int:
        place = self._class_places.setdefault((of, attributes), len(self.classes))
        if place == len(self.classes):
            self.classes.append((of.__module__, of.__qualname__, list(attributes)))
        return place


class _Reader:
    def __init__(self, classes: list[tuple[str, str, list[str]]], blobs: list[bytes]) -> None:
        self._classes = [(_named(module, name), attributes) for module, name, attributes in classes]
        self._blobs = blobs
        self._met: list[Any] = []

    def read(self, node: Any, twin: Any = None) -> Any:  # noqa: ANN401 - JSON and what it meant
        if not isinstance(node, list):
            return node
        tag = node[0]
        if tag == "ref":
            return self._met[node[1]]
        if tag == "enum":
            of: Any = self._classes[node[1]][0]
            return of(node[2]) if issubclass(of, Flag) else of[node[2]]
        place = len(self._met)
        self._met.append(None)
        return self._fill(tag, node, place, twin)

    def _fill(self, tag: str, node: list[Any], place: int, twin: Any) -> Any:  # noqa: ANN401
        """Make what a node describes; what may refer to itself is registered before it is filled."""
        made: Any
        if tag == "list":
            made = self._met[place] = []
            made.extend(self.read(item) for item in node[1])
        elif tag in _SEQUENCES:
            made = self._met[place] = _SEQUENCES[tag]([self.read(item) for item in node[1]])
        elif tag == "deque":
            made = self._met[place] = deque(maxlen=node[1])
            made.extend(self.read(item) for item in node[2])
        elif tag in _MAPPINGS or tag == "missing":
            made = self._met[place] = defaultdict(_FACTORIES[node[1]]) if tag == "missing" else _MAPPINGS[tag]()
            twins = twin if isinstance(twin, dict) else {}
            for key, one in node[-1]:
                made_key = self.read(key)
                made[made_key] = self.read(one, twins.get(made_key))
        elif tag == "object":
            made = self._object(node, place, twin)
        else:
            made = self._met[place] = self._leaf(tag, node)
        return made

    def _object(self, node: list[Any], place: int, twin: Any) -> Any:  # noqa: ANN401
        of, attributes = self._classes[node[1]]
        made = self._met[place] = twin if type(twin) is of else object.__new__(of)
        for name, one in zip(attributes, node[2], strict=True):
            object.__setattr__(made, name, self.read(one, getattr(twin, name, None)))
        return made

    def _leaf(self, tag: str, node: list[Any]) -> Any:  # noqa: ANN401
        if tag == "datetime":
            return datetime.fromisoformat(node[1])
        if tag == "timedelta":
            return timedelta(microseconds=node[1])
        blob = self._blobs[node[-1]]
        if tag == "bytes":
            return blob
        if tag == "array":
            return np.load(BytesIO(blob), allow_pickle=False)
        frame = pl.read_ipc(BytesIO(blob))
        return frame.to_series() if tag == "series" else frame


def _ipc(frame: pl.DataFrame) -> bytes:
    out = BytesIO()
    frame.write_ipc(out, compression="zstd")
    return out.getvalue()


def _is_ours(of: type) -> bool:
    return of.__module__.startswith(_ROOMS) and "<locals>" not in of.__qualname__


def _is_rebuilt(value: object) -> bool:
    return isinstance(value, _NOT_STATE) or (hasattr(value, "reads") and hasattr(value, "watch"))


def _named(module: str, name: str) -> type:
    if not module.startswith(_ROOMS):
        raise ValueError(module)
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, type) or found.__module__ != module:
        raise ValueError(name)
    return found


def _attributes(value: object) -> Iterator[tuple[str, Any]]:
    for of in type(value).__mro__:
        slots = of.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                yield name, getattr(value, name)
    yield from getattr(value, "__dict__", {}).items()
