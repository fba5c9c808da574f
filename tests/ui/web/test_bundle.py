import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from cloison.ui.web.bundle import address, bundled

WEB = Path(__file__).parents[3] / "web"
BUILT = files("cloison.ui.web") / "static" / "built"


@pytest.fixture
def names():
    if not bundled():
        pytest.skip("nothing was bundled (tools/build-web)")
    return bundled()


def test_every_name_has_its_file(names):
    assert {"pages.js", "carte.js", "series.js", "series.css", "elk-worker.js"} <= set(names)
    for name, file in names.items():
        assert (BUILT / file).is_file()
        assert address(name) == f"/static/built/{file}"


def test_a_name_that_was_not_bundled_has_no_address():
    assert address("nothing.js") == ""


def test_what_is_ours_evaluates_no_text(names):
    for name in ("carte.js", "series.js"):
        assert not re.search(r"\beval\(|new Function\b", (BUILT / names[name]).read_text())


def test_the_bundle_is_pinned_and_names_no_address():
    package = json.loads((WEB / "package.json").read_text())
    lock = (WEB / "package-lock.json").read_text()
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert "http" not in lock
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for path, entry in locked.items() if path)
