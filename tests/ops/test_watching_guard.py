import os
import signal
import subprocess
import sys
import time

from tests.ops.post_office import hook_url, webhook

from cloison.ops.watching_guard import Guard, Orders

PATIENCE = 30

WATCH = """
import sys, time
from cloison.ops.watching_guard import Guard, Orders
guard = Guard(Orders(urls=(sys.argv[1],), died="died", stalled="stalled", seconds=600))
print("ready", flush=True)
time.sleep(60)
"""


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def orders(server, seconds=600.0):
    return Orders(urls=(hook_url(server),), died="died", stalled="stalled", seconds=seconds)


def test_a_watch_that_is_killed_is_told():
    with webhook() as hook:
        watch = subprocess.Popen([sys.executable, "-c", WATCH, hook_url(hook)], stdout=subprocess.PIPE)
        assert watch.stdout.readline() == b"ready\n"
        os.kill(watch.pid, signal.SIGKILL)
        watch.wait()
        watch.stdout.close()
        until(lambda: hook.got == ["died"])


def test_a_watch_that_ends_as_it_should_is_not_told():
    with webhook() as hook:
        guard = Guard(orders(hook))
        assert guard.beat()
        guard.close()
        assert hook.got == []


def test_a_watch_that_hangs_is_told_once_and_its_good_end_is_silent():
    with webhook() as hook:
        guard = Guard(orders(hook, seconds=0.3))
        until(lambda: hook.got == ["stalled"])
        guard.close()
        assert hook.got == ["stalled"]
