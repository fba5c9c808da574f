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
    files = sorted(path for path in (recordings / folder).rglob("*") if path.is_file())
    assert files
    read = 0
    for path in files:
        found = analyzed(path)
        if found is None:
            continue
        read += 1
        (source,) = found.sources
        assert source.records == found.records > 0
        assert all(item.origin == 0 and item.record >= 1 for finding in found.findings for item in finding.evidence)
    assert (read > 0) == (folder in READ)


def analyzed(path):
    try:
        return analyze([path])
    except NothingReadError:
        return None


@pytest.mark.parametrize("folder", ["zeek", "pcap/exploit"])
def test_a_whole_folder_is_analysed_in_one_command(recordings, folder):
    command = [str(Path(sys.executable).with_name("cloison")), "analyze", str(recordings / folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    files = sum(1 for path in (recordings / folder).rglob("*") if path.is_file())
    assert len(document["sources"]) + len(document["refused"]) == files
    assert document["records"] == sum(source["records"] for source in document["sources"]) > 0
    paths = {source["path"] for source in document["sources"]}
    assert all(item["path"] in paths for finding in document["findings"] for item in finding["evidence"])
