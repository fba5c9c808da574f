"""Files that are served as they are: style sheets, the icon, and what the bundle is built into."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response

from cloison.ui.web.guard import guarded_router, open_to_all

KINDS = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
BUILT = "built/"
FOR_EVER = "public, max-age=31536000, immutable"


def address_of_static(name: str) -> str:
    """Give the address of a file; it changes with what the file holds, so that browsers may keep it."""
    return f"/static/{name}?v={_stamp(name)}"


def address_of_built(name: str) -> str:
    """Give the address of what the bundle made of a source, "pages.js"; empty when it was not built."""
    made = _built().get(name)
    return f"/static/{BUILT}{made}" if made else ""


def static_router() -> APIRouter:
    """Serve each file that is there now, and nothing else: no path is ever joined to what a browser asks."""
    router = guarded_router()
    for name, content in _contents(files("cloison.ui.web") / "static", ""):
        router.get(f"/static/{name}", include_in_schema=False)(_serving(name, content))
    return router


def _serving(name: str, content: bytes) -> Callable[[Request], Response]:
    named = name.startswith(BUILT)  # its name already changes with what it holds
    kind, stamp = KINDS[f".{name.rpartition('.')[2]}"], sha256(content).hexdigest()[:12]

    @open_to_all
    def serve(request: Request) -> Response:
        kept = {"Cache-Control": FOR_EVER} if named or request.query_params.get("v") == stamp else {}
        return Response(content, media_type=kind, headers=kept)

    return serve


def _contents(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for one in sorted(folder.iterdir(), key=lambda found: found.name):
        if one.is_dir():
            yield from _contents(one, f"{prefix}{one.name}/")
        elif f".{one.name.rpartition('.')[2]}" in KINDS:
            yield prefix + one.name, one.read_bytes()


@cache
def _built() -> Mapping[str, str]:
    """Read what `tools/build-web` wrote: source's name -> file's name."""
    manifest = files("cloison.ui.web") / "static" / BUILT / "manifest.json"
    made: Mapping[str, str] = json.loads(manifest.read_bytes()) if manifest.is_file() else {}
    return made


@cache
def _stamp(name: str) -> str:
    return sha256((files("cloison.ui.web") / "static" / name).read_bytes()).hexdigest()[:12]
