import ast
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from cloison.detect.catalogue import known_detectors
from cloison.detect.detector import NETWORK
from cloison.model.finding import Barrier
from cloison.model.observations import SCHEMAS

ROOT = Path(__file__).parents[2]
DETECTORS = known_detectors()


def test_the_package_is_walked():
    assert {detector.name for detector in DETECTORS} >= {"admin-reach", "beacon", "outbound", "scan"}


def test_names_are_different():
    assert len({detector.name for detector in DETECTORS}) == len(DETECTORS)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
class TestEachDetector:
    def test_it_declares_a_technique_and_a_barrier(self, detector):
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", detector.technique)
        assert isinstance(detector.barrier, Barrier)

    def test_it_is_frozen_and_its_fields_have_defaults(self, detector):
        assert is_dataclass(detector)
        assert type(detector)() == detector
        assert type(detector).__dataclass_params__.frozen

    def test_it_reads_columns_that_exist(self, detector):
        for kind, columns in detector.reads.items():
            assert set(columns) <= set(SCHEMAS[kind])
        assert detector.key in {"src", "dst", "computer", NETWORK}

    def test_it_has_a_page_that_names_each_of_its_tunables(self, detector):
        page = (ROOT / "docs" / "detectors" / f"{detector.name}.md").read_text()
        assert detector.technique in page
        for field in fields(detector):
            assert f"`{field.name}`" in page
        for heading in ("## What fires", "## Known false alarms", "## What it does not see", "## Sources"):
            assert heading in page

    def test_it_has_a_firing_and_a_quiet_case(self, detector):
        tests = (ROOT / "tests" / "detect" / "detectors" / f"test_{detector.name.replace('-', '_')}.py").read_text()
        assert "def test_fires_" in tests
        assert "def test_quiet_" in tests


def test_every_sentence_has_its_french_with_the_same_places():
    with (ROOT / "src" / "cloison" / "ui" / "catalogues" / "fr" / "detect.po").open("rb") as file:
        french = read_po(file)
    said = {}
    for path in (ROOT / "src" / "cloison" / "detect").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "say_many"}:
                forms = node.args[: 1 if node.func.id == "say" else 2]
                said[forms[0].value] = tuple(form.value for form in forms)
    written = {forms if isinstance(forms := message.id, str) else forms[0]: message for message in french if message.id}
    assert set(written) == set(said)
    for template, forms in said.items():
        message = written[template]
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        assert english == forms
        for form in translated:
            assert _places(form) == _places(template)


def _places(template):
    return sorted(name for _, name, _, _ in Formatter().parse(template) if name)
