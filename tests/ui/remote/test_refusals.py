import json

import pytest

from cloison.errors import (
    BadMapError,
    DeviceError,
    NotAllowedError,
    ServerError,
    SignInError,
    TooManyAttemptsError,
    UnknownIdError,
)
from cloison.ui.remote.refusals import refusal

HERE = "https://console.hopital.example"


def refused(status, document, retry_after=""):
    body = document if isinstance(document, str) else json.dumps(document)
    return refusal(status, body, retry_after=retry_after, where=HERE)


def told(error, **more):
    return {"error": error, "problem": "le problème {x}", "fix": "le remède", "where": "là", **more}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "unknown-id", UnknownIdError),
        (403, "not-allowed", NotAllowedError),
        (401, "sign-in-refused", SignInError),
        (502, "device-failed", DeviceError),
    ],
)
def test_what_the_server_refuses_is_the_error_of_the_same_command_here(status, code, kind):
    error = refused(status, told(code))
    assert (type(error), str(error.problem), str(error.fix)) == (kind, "le problème {x}", "le remède")
    assert error.exit_code == kind.exit_code
    assert error.where == f"{HERE} là"


def test_every_mistake_of_a_map_comes_along():
    faults = [{"line": 3, "reason": "faux", "fix": "juste"}, {"line": "x"}, 4]
    error = refused(422, told("bad-map", faults=faults))
    assert isinstance(error, BadMapError)
    assert [(fault.line, str(fault.reason), str(fault.fix)) for fault in error.faults] == [(3, "faux", "juste")]
    assert refused(422, told("bad-map")).faults == ()


@pytest.mark.parametrize(("header", "seconds"), [("12", 12), ("", 0), ("soon", 0), ("9" * 40, 0)])
def test_how_long_to_wait_comes_along(header, seconds):
    error = refused(429, told("too-many-attempts"), header)
    assert isinstance(error, TooManyAttemptsError)
    assert error.seconds == seconds


def test_a_code_that_is_not_ours_is_the_servers_trouble():
    assert type(refused(500, told("magic"))) is ServerError


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (302, "leads elsewhere"),
        (400, "does not understand"),
        (403, "something before the server"),
        (404, "no Cloison"),
        (413, "too large"),
        (418, "does not understand"),
        (429, "asks to wait"),
        (500, "in trouble"),
        (503, "in trouble"),
    ],
)
@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"error": 3}', '{"error": "bad-map"}', "[" * 100_000])
def test_what_is_not_the_apis_is_told_by_its_status(status, words, body):
    error = refused(status, body)
    assert type(error) is ServerError
    assert words in str(error)
    assert str(status) in str(error)


def test_a_token_that_is_not_known_is_told_as_such():
    assert type(refused(401, "")) is SignInError


def test_a_long_answer_is_cut():
    assert len(str(refused(422, told("bad-value", problem="x" * 100_000)).problem)) < 5_000
