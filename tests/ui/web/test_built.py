"""What npm bundles: pinned, from no named place, and evaluating no text."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "web"
BUILT = files("cloison.ui.web") / "static" / "built"


def test_the_bundle_is_pinned_and_names_no_address():
    package = json.loads((WEB / "package.json").read_text())
    lock = (WEB / "package-lock.json").read_text()
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert "http" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for path, entry in locked.items() if path)


@pytest.mark.parametrize("name", ["carte.js", "series.js", "elk-worker.js"])
def test_what_is_bundled_evaluates_no_text(name):
    manifest = BUILT / "manifest.json"
    if not manifest.is_file():
        pytest.skip("nothing was bundled (tools/build-web)")
    file = BUILT / json.loads(manifest.read_text())[name]
    assert not re.search(r"\beval\(|new Function\b", file.read_text())
