import os
import sys
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from cloison.ingest.child import running

MINUTE = timedelta(minutes=1)


def python(code):
    return [sys.executable, "-I", "-c", code]


def alive(pid):
    return (
        Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    )


def test_the_output_and_the_exit_code_come_back():
    with running(
        python("print('found'); import sys; sys.stderr.write('odd'); sys.exit(3)"), limit=MINUTE, environment={}
    ) as child:
        assert child.output.read() == b"found\n"
    assert (child.code, child.complaint, child.out_of_time) == (3, "odd", False)


def test_a_program_that_is_left_early_is_gone_with_its_own_children():
    code = "import subprocess,sys,time;p=subprocess.Popen(['sleep','600']);print(p.pid,flush=True);time.sleep(600)"
    with running(python(code), limit=MINUTE, environment={"PATH": os.defpath}) as child:
        grandchild = int(child.output.readline())
    assert child.code != 0
    for _ in range(100):
        if not alive(grandchild):
            return
        sleep(0.05)
    pytest.fail("the grandchild is still at work")


def test_a_program_without_end_is_stopped_at_its_limit():
    with running(python("import time; time.sleep(600)"), limit=timedelta(seconds=0.2), environment={}) as child:
        assert child.output.read() == b""
    assert child.out_of_time


def test_it_gets_nothing_of_the_environment_but_what_is_given():
    with running(
        python("import os; print(sorted(os.environ))"), limit=MINUTE, environment={"LC_ALL": "C.UTF-8"}
    ) as child:
        assert child.output.read() == b"['LC_ALL', 'PATH']\n"
