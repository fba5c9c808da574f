"""The house keeps its own rules, where the linters cannot."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cloison"
FILES = sorted(SOURCE.rglob("*.py"))


def test_every_source_file_has_a_test_that_mirrors_it():
    behind = {
        str(path.relative_to(SOURCE))
        for path in FILES
        if path.name != "__init__.py" and not mirror_of(path.relative_to(SOURCE)).is_file()
    }
    assert behind == set()


def mirror_of(path: Path) -> Path:
    return ROOT / "tests" / path.with_name(f"test_{path.stem.strip('_')}.py")


def test_no_room_is_a_drawer():
    drawers = {"utils", "common", "helpers", "manager", "misc"}
    assert {path for path in FILES if path.stem in drawers or path.parent.name in drawers} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_fits_in_one_head(path):
    assert len(path.read_text().splitlines()) <= 400


def test_every_error_code_has_its_place_in_the_docs():
    tree = ast.parse((SOURCE / "errors.py").read_text())
    codes = {
        statement.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name != "CloisonError"
        for statement in node.body
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "code"
    }
    documented = {
        line.removeprefix("## ").strip()
        for line in (ROOT / "docs" / "errors.md").read_text().splitlines()
        if line.startswith("## ")
    }
    assert codes == documented
