"""The transcripts of `scenarios/` and every command of the docs give what they say."""

import re
from pathlib import Path

import pytest
from tests.transcripts import matches, run_step, steps_in

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "scenarios").glob("*.md"))]
SHELL = re.compile(r"^```(?:sh|shell|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if steps_in(page.read_text())], ids=lambda page: page.name)
def test_a_page_s_commands_print_what_it_says(page, workshop, request):
    if "$ cloison range up" in page.read_text():
        request.getfixturevalue("needs_range")
    for step in steps_in(page.read_text()):
        done = run_step(step, workshop)
        assert (done.returncode, "Traceback" in done.stdout) == (step.exit_code, False), (
            f"$ {step.command}\n{done.stdout}"
        )
        assert matches(step.output, done.stdout), f"$ {step.command}\n{done.stdout}"


def test_every_other_command_of_the_docs_is_a_make_target_or_a_clone():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    strange = {
        line
        for page in PAGES
        for block in SHELL.findall(page.read_text())
        for line in block.splitlines()
        if line and not line.startswith(("git clone ", "cd ", "#")) and line.removeprefix("make ") not in targets
    }
    assert strange == set()


def test_a_transcript_that_prints_something_else_does_not_match():
    assert matches(("a … c", "…", "end"), "a b c\nx\ny\nend\n")
    assert not matches(("a … c", "end"), "a b c\nx\nend\n")
    assert not matches(("a",), "a\nb\n")
