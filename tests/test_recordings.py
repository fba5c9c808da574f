"""Recordings that others made: every file is read or refused with a reason, and nothing raises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cloison.errors import NothingReadError
from cloison.ops.analysis import analyze

# Captures are read in tests/ingest/formats/test_pcap.py; here some, as one folder: all, with every detail, take minutes.
FOLDERS = ["zeek", "netflow", "eve", "evtx", "winlog_json", "eml", "sigma", "licences"]
READ = {"zeek", "netflow", "eve", "evtx", "winlog_json"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_read_or_refused_with_a_reason(recordings, folder):
    files = {str(path) for path in (recordings / folder).rglob("*") if path.is_file()}
    assert files
    read, refused = read_and_refused(recordings / folder)
    assert (read | refused, read & refused) == (files, set())
    assert bool(read) == (folder in READ)


def read_and_refused(folder):
    try:
        found = analyze([folder])
    except NothingReadError as error:
        return set(), {path for path, reason in error.reasons if reason.template}
    assert found.records == sum(source.records for source in found.sources) > 0
    assert all(
        item.origin < len(found.sources) and item.record >= 1 for finding in found.findings for item in finding.evidence
    )
    refused = {refusal.path for refusal in found.refusals if refusal.reason.template}
    return {source.path for source in found.sources}, refused


def test_a_whole_folder_is_analysed_in_one_command(recordings):
    folder = "pcap/exploit"
    command = [str(Path(sys.executable).with_name("cloison")), "analyze", str(recordings / folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    files = sum(1 for path in (recordings / folder).rglob("*") if path.is_file())
    assert len(document["sources"]) + len(document["refused"]) == files
    assert document["records"] == sum(source["records"] for source in document["sources"]) > 0
    paths = {source["path"] for source in document["sources"]}
    assert all(item["path"] in paths for finding in document["findings"] for item in finding["evidence"])
