import json

import pytest
from tests.seal.hospitals import random_hospital

from cloison.errors import MissingFileError, UnwritableFileError
from cloison.ops.certifying import check_certificate, keep_certificate
from cloison.seal.planner import plan_with_proof


@pytest.fixture
def kept(tmp_path):
    place, parameters = random_hospital(23)
    path = tmp_path / "plan.json"
    keep_certificate(path, plan_with_proof(place, parameters))
    return path, place


def test_what_is_written_is_checked_by_itself_and_against_its_map(kept):
    path, place = kept
    for hospital in (None, place):
        verdict = check_certificate(path, hospital)
        assert verdict.complaints == ()
        assert verdict.proved


def test_another_map_or_a_changed_one_is_told(kept):
    path, _ = kept
    other, _ = random_hospital(24)
    assert "another map" in str(check_certificate(path, other).complaints[0])
    document = json.loads(path.read_text())
    document["digest"] = "0" * 64
    path.write_text(json.dumps(document))
    assert "digest" in str(check_certificate(path, None).complaints[0])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"kind": 1}', b"[" * 100_000])
def test_a_file_that_is_no_certificate_is_told_as_damaged(content, tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert check_certificate(path, None).damaged


def test_files_that_cannot_be_read_or_written_are_refused(tmp_path):
    with pytest.raises(MissingFileError):
        check_certificate(tmp_path / "absent.json", None)
    with pytest.raises(UnwritableFileError):
        keep_certificate(tmp_path / "no" / "folder.json", plan_with_proof(*random_hospital(1)))
