"""What is the webhook's own; its life is in tests/ops/test_bad_devices.py, with every other device's."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.enforce.drivers.fleet import device_of, one
from tests.enforce.made import DOORS
from tests.enforce.test_slots import CORE

from cloison.enforce.drivers.webhook import DRIVER
from cloison.errors import BadValueError, DeviceError
from cloison.model.hospital import EnforcementPoint, EnforcementPointId

SECONDS = timedelta(seconds=20)


def point(address):
    return EnforcementPoint(id=EnforcementPointId("automate"), driver="webhook", address=address)


@settings(max_examples=20)
@given(DOORS)
def test_what_is_rendered_reads_back(doors):
    assert DRIVER.parse(DRIVER.render(doors, revert_after=timedelta(seconds=90))) == doors


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"doors": [1]}', '{"doors": [{"conduit": "a"}]}'])
def test_what_is_no_call_is_refused(text):
    with pytest.raises(BadValueError):
        DRIVER.parse(text)


def program(folder: Path, body: str):
    path = folder / "automate"
    path.write_text(f"#!{sys.executable}\nimport json, os, sys\ncall = json.load(sys.stdin)\n{body}\n")
    path.chmod(0o755)
    return DRIVER.device(point(f"run:{path}"), folder=folder / "devices", patience=SECONDS)


def test_a_program_is_run_with_the_call_on_its_input_and_little_else(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOISON_SECRET_AUTOMATE", "cabestan")
    monkeypatch.setenv("AUTRE", "x")
    body = """
assert os.environ["CLOISON_SECRET"] == "cabestan" and "AUTRE" not in os.environ
print(json.dumps({"version": 1, "nonce": call["nonce"], "done": True, "armed": call["act"] == "armed"}))
"""
    assert program(tmp_path, body).armed(CORE)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit('porte coincée')", "it refused: porte coincée"),
        ("print('oui')", "nobody understands"),
        ("print(json.dumps({'version': 1, 'nonce': 'old', 'done': True}))", "nobody understands"),
        ("print(json.dumps({'version': 1, 'nonce': call['nonce'], 'done': True, 'more': 1}))", "nobody understands"),
        ("print(json.dumps({'version': 1, 'nonce': call['nonce'], 'done': False, 'reason': 'non'}))", "refused: non"),
    ],
)
def test_an_answer_that_is_not_exactly_one_is_no_yes(tmp_path, body, words):
    with pytest.raises(DeviceError, match=words):
        program(tmp_path, body).remove(())


@pytest.mark.parametrize("address", [None, "run:automate", "run:", "http://a/b", "sh -c x"])
def test_what_is_no_address_is_refused(address, tmp_path):
    with pytest.raises(BadValueError):
        DRIVER.device(point(address), folder=tmp_path, patience=SECONDS)


def test_a_call_that_is_not_signed_by_our_key_is_not_obeyed(tmp_path, monkeypatch):
    with one(tmp_path, "webhook") as (ward, boxes, means):
        monkeypatch.setenv("CLOISON_SECRET_WEBHOOK", "another")
        with pytest.raises(DeviceError, match="does not let us in"):
            device_of(ward, means).held(())
        assert json.dumps(boxes["webhook"].members) == "{}"
