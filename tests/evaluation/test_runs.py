from pathlib import Path

import pytest
from evaluation.runs import Snapshot, Worker, content, outcome, run_all, snapshot

ROOT = Path(__file__).parents[2]

OBEDIENT = """
import json, os, sys, time
for line in sys.stdin:
    job = json.loads(line)
    if job["do"] == "die": os._exit(7)
    if job["do"] == "hang": time.sleep(60)
    if job["do"] == "grow": held = bytearray(400_000_000); time.sleep(60)
    print(json.dumps({"records": os.getpid()}), flush=True)
"""


@pytest.fixture
def code(tmp_path) -> Snapshot:
    """Code whose worker obeys: the limits are the same for any."""
    (tmp_path / "code" / "evaluation").mkdir(parents=True)
    (tmp_path / "code" / "evaluation" / "__init__.py").write_text("")
    (tmp_path / "code" / "evaluation" / "worker.py").write_text(OBEDIENT)
    return Snapshot(mark="essai", root=tmp_path / "code")


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("die", "crash: the process ended with code 7"),
        ("hang", "crash: not done after 3 s"),
        ("grow", "crash: more than 300 MB"),
    ],
)
def test_a_worker_that_fails_is_an_answer_and_is_replaced(code, order, reason):
    with Worker(code, seconds=3, megabytes=300) as worker:
        before = worker.answer({"do": "well"})["records"]
        assert worker.answer({"do": order}) == {"error": reason}
        assert worker.answer({"do": "well"})["records"] != before


def test_answers_are_kept_but_crashes_are_tried_again(code, tmp_path):
    def run(order):
        done = []
        jobs = [("essai", {"do": order}, "content")]
        return run_all(jobs, code, tmp_path / "kept", workers=1, on_done=done.append)["essai"], done

    first, done = run("well")
    assert done == ["essai"]
    assert run("well")[0] == first
    assert run("die")[0].error
    assert len(list((tmp_path / "kept").rglob("*.json"))) == 1


def test_a_snapshot_is_named_by_what_findings_depend_on(tmp_path):
    one, again = snapshot(ROOT, tmp_path), snapshot(ROOT, tmp_path)
    assert one == again
    assert (one.root / "cloison" / "ops" / "analysis.py").is_file()


def test_content_is_what_files_hold(tmp_path):
    (tmp_path / "a").write_text("x")
    before = content([tmp_path / "a"])
    (tmp_path / "a").write_text("y")
    assert content([tmp_path / "a"]) != before


def test_an_error_gives_an_outcome_without_findings():
    assert outcome({"error": "nothing read: odd"}).findings == ()
