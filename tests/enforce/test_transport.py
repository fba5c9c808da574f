import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.enforce import ssh_box

from cloison.enforce.transport import command_at, run_at
from cloison.errors import BadValueError, DeviceError

SECOND = timedelta(seconds=1)


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """A program called ssh that a test writes."""

    def write(script):
        path = tmp_path / "ssh"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return write


def test_ssh_never_asks_and_never_trusts_a_stranger():
    command = command_at("ssh:cloison@10.90.0.1", ("nft", "-f", "-"), SECOND)
    assert command[:3] == ["ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes"]
    assert command[-3:] == ["--", "cloison@10.90.0.1", "nft -f -"]


def test_the_same_text_goes_by_ssh(ssh):
    ssh('shift 4; shift; eval "$1"')
    assert run_at("ssh:pare-feu", ("cat",), "add element", SECOND * 5) == "add element"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'Permission denied (publickey)' >&2; exit 255", "cannot be reached, or does not let us in"),
        ("echo 'Operation not permitted' >&2; exit 1", "it refused: Operation not permitted"),
        ("exec sleep 5", "did not answer within"),
    ],
)
def test_each_failure_is_told_apart(ssh, script, words):
    ssh(script)
    with pytest.raises(DeviceError) as told:
        run_at("ssh:pare-feu", ("nft",), "", SECOND / 2)
    assert words in str(told.value)


def test_a_program_that_is_not_installed_says_so():
    with pytest.raises(DeviceError, match="cannot be run"):
        run_at("local", ("cloison-no-such-program",), "", SECOND)


def test_a_local_program_runs_here():
    assert run_at("local", (sys.executable, "-c", "print(input())"), "bonjour", SECOND * 20).strip() == "bonjour"


@pytest.mark.parametrize("address", ["", "telnet:x", "ssh:", "netns:a/b"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(BadValueError):
        command_at(address, ("true",), SECOND)


def test_a_real_ssh_server_is_entered_by_key_and_a_stranger_is_not(tmp_path):
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in ssh_box.NEEDED if shutil.which(name, path=path) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    around = {**os.environ, "PATH": path, "PYTHONPATH": str(Path(__file__).parents[2])}
    if subprocess.run(
        [*ssh_box.ENTER, "nft", "list", "tables"], env=around, capture_output=True, check=False
    ).returncode:
        pytest.skip("user namespaces are forbidden here")
    command = [*ssh_box.ENTER, sys.executable, ssh_box.__file__, str(tmp_path)]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)
    assert (seen["armed"], seen["shut"], seen["lapses"], seen["open"]) == ([False, True, True], 2, 1, 0)
    assert "cannot be reached, or does not let us in" in seen["stranger"]
