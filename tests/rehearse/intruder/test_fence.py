"""The rehearsed intruder's fence: nothing lets it act on the machine itself."""

import socket
import subprocess
import sys

import pytest
from tests.rehearse.intruder.stages import order

from cloison.errors import OutsideRangeError
from cloison.rehearse.intruder import fence
from cloison.rehearse.intruder.agent import COULD_NOT, main, write_order
from cloison.rehearse.intruder.fence import check_place, check_targets
from cloison.rehearse.intruder.stage import Target

INSIDE = "0 1000 1\n"
PRIVATE = "30 20 0:40 / /run rw - tmpfs none rw\n"
SHARED = "30 20 0:40 / /run rw shared:5 - tmpfs none rw\n"
DISK = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"


@pytest.fixture
def marked(tmp_path, monkeypatch):
    """A place that passes for the range; tests take one thing away."""
    (tmp_path / "uid_map").write_text(INSIDE)
    (tmp_path / "mounts").write_text(DISK + PRIVATE.replace("/run", str(tmp_path)))
    (tmp_path / "marker").write_text("secret")
    monkeypatch.setattr(fence, "UID_MAP", tmp_path / "uid_map")
    monkeypatch.setattr(fence, "MOUNTS", tmp_path / "mounts")
    return tmp_path


def ours():
    return [name for _, name in socket.if_nameindex()]


def test_inside_a_marked_range_it_goes_on(marked):
    check_place(marked / "marker", "secret", ours())


@pytest.mark.parametrize("uid_map", ["         0          0 4294967295\n"])
def test_in_the_machine_s_own_user_namespace_it_refuses(marked, uid_map):
    (marked / "uid_map").write_text(uid_map)
    refuses(marked)


@pytest.mark.parametrize("mounts", [DISK, SHARED, PRIVATE.replace("tmpfs", "ext4")])
def test_without_a_private_mount_it_refuses(marked, mounts):
    (marked / "mounts").write_text(mounts.replace("/run", str(marked)))
    refuses(marked)


@pytest.mark.parametrize("nonce", ["", "other"])
def test_with_another_range_s_secret_it_refuses(marked, nonce):
    refuses(marked, nonce=nonce)


def test_without_the_marker_it_refuses(marked):
    (marked / "marker").unlink()
    refuses(marked)


def test_where_there_is_another_interface_it_refuses(marked, monkeypatch):
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "up0"), (3, "eth0")])
    check_place(marked / "marker", "secret", ["up0", "eth0"])
    with pytest.raises(OutsideRangeError, match="eth0"):
        check_place(marked / "marker", "secret", ["up0"])


def refuses(marked, nonce="secret"):
    with pytest.raises(OutsideRangeError):
        check_place(marked / "marker", nonce, ours())


def test_addresses_outside_the_range_are_refused():
    check_targets(["10.1.0.4", "203.0.113.6"], ["10.0.0.0/8", "203.0.113.6/32"])
    with pytest.raises(OutsideRangeError, match=r"192\.0\.2\.1"):
        check_targets(["192.0.2.1"], ["10.0.0.0/8"])


def test_on_this_machine_no_order_is_carried_out(tmp_path, capsys):
    path = tmp_path / "order.json"
    write_order(path, order(tmp_path, "scan", Target(name="a", address="127.0.0.1"), nonce="x", marker="/run/x"))
    assert main([str(path)]) == COULD_NOT
    assert "outside-range" not in capsys.readouterr().out
    assert not (tmp_path / "truth.jsonl").exists()
    done = subprocess.run(
        [sys.executable, "-m", "cloison.rehearse.intruder.agent", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == COULD_NOT
    assert "acts only inside the range" in done.stderr
