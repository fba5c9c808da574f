"""What npm bundled for the pages (`tools/build-web`), by the plain name of each file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

MANIFEST = "manifest.json"


@cache
def bundled() -> Mapping[str, str]:
    """Give plain name -> file in `static/built`: "pages.js" -> "pages-HQKOYDZE.js".

    Empty when nothing was bundled: pages then have no script, and work.
    """
    manifest = files("cloison.ui.web") / "static" / "built" / MANIFEST
    if not manifest.is_file():
        return {}
    return {str(name): str(file) for name, file in json.loads(manifest.read_bytes()).items()}


def address(name: str) -> str:
    """Give the address of a bundled file, or "" when it was not bundled."""
    file = bundled().get(name)
    return f"/static/built/{file}" if file else ""
