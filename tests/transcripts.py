"""Commands and their output, as written in `scenarios/` and in the docs, run for real.

A transcript is a ```console block: a line `$ command`, then what it prints. `…` stands for any text within a
line; a line that is `…` alone stands for any lines. An exit code other than 0 follows as a line `[exit 1]`.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"\[exit (\d+)\]")


@dataclass(frozen=True, slots=True)
class Step:
    """One command, what it should print (both streams), its exit code."""

    command: str
    output: tuple[str, ...]
    exit_code: int


def steps_in(text: str) -> list[Step]:
    """Read every transcript of a page."""
    steps: list[Step] = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            code = EXIT.fullmatch(lines[-1]) if lines else None
            steps.append(Step(command, tuple(lines[:-1] if code else lines), int(code.group(1)) if code else 0))
    return steps


def run_step(step: Step, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one step's command in a folder, as a person would type it."""
    program, *arguments = shlex.split(step.command)
    assert program == "cloison", f"a transcript runs cloison, not {program}"
    return subprocess.run(
        [str(Path(sys.executable).with_name("cloison")), *arguments],
        cwd=folder,
        env={**os.environ, "TZ": "UTC", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=120,
    )


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what was written, `…` aside; nothing written expects anything."""
    if not expected:
        return True
    printed = _plainly_spaced(printed)
    expected = tuple(map(_plainly_spaced, expected))
    parts = [
        r"(?:.*\n)*?"
        if line.strip() == "…"
        else ".*".join(re.escape(piece) for piece in line.rstrip().split("…")) + r"[ \t]*\n"
        for line in expected
    ]
    return re.fullmatch("".join(parts), printed if printed.endswith("\n") else printed + "\n") is not None


def _plainly_spaced(text: str) -> str:
    """French sets no-break spaces that nobody sees when writing a page."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
