"""Fuzz the readers: `python -m tests.fuzz.run SECONDS [TARGET…]`, one process at a time, SECONDS shared out.

What makes a reader fail is left in a folder and named; it becomes a test. Source: atheris (libFuzzer for Python).
"""

import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from time import monotonic

LONGEST = 4096
"""Bytes of an input: small ones find more a second."""

SLOW = 20
"""Seconds after which one input counts as a hang."""


def main(arguments: list[str]) -> int:
    """Run each target for its part of the time; 1 when something was found."""
    if arguments[0] == "--one":
        return _one(arguments[1], arguments[2:])
    targets = import_module("tests.fuzz.targets")
    windows = "windows"
    names = arguments[1:] or [*targets.TARGETS, windows]
    each = int(float(arguments[0]) / len(names))
    found = 0
    folder = Path(tempfile.mkdtemp(prefix="cloison-fuzz-found-"))
    for name in names:
        corpus = folder / f"corpus-{name}"
        corpus.mkdir()
        for number, seed in enumerate(targets.seeds(name)):
            (corpus / f"seed-{number}").write_bytes(seed)
        known = folder / f"{name}.dict"
        known.write_text("".join(f'"{_quoted(word)}"\n' for word in targets.words(name)))
        runs, crashes = _fuzz(name, corpus, known, folder, each)
        found += len(crashes)
        print(f"{name}: {runs:,} runs in {each} s, {len(crashes)} failures {' '.join(crashes)}", flush=True)  # noqa: T201
    print(f"failing inputs, if any, are in {folder}")  # noqa: T201
    return 1 if found else 0


def _fuzz(name: str, corpus: Path, known: Path, folder: Path, seconds: int) -> tuple[int, list[str]]:
    """Run one target until its time is over, beginning again after each failure."""
    until, runs, crashes = monotonic() + seconds, 0, []
    while (left := int(until - monotonic())) > 1 and len(crashes) < 20:
        number = len(crashes)
        command = [sys.executable, "-m", "tests.fuzz.run", "--one", name, str(corpus)]
        if known.stat().st_size:
            command.append(f"-dict={known}")
        limits = [f"-max_total_time={left}", f"-max_len={LONGEST}", f"-timeout={SLOW}", "-rss_limit_mb=3000"]
        output = folder / f"{name}-{number}.log"
        with output.open("wb") as log:
            artifact = f"-artifact_prefix={folder}/{name}-{number}-"
            code = subprocess.run([*command, *limits, artifact], stdout=log, stderr=log, check=False).returncode
        text = output.read_text("utf-8", "replace")
        runs += _runs(text)
        if code == 0:
            break
        crashes.append(str(output))
    return runs, crashes


def _runs(text: str) -> int:
    """Give the last count that libFuzzer printed: "#1234 NEW cov: …" or "Done 1234 runs"."""
    counts = [line.split()[0][1:] for line in text.splitlines() if line.startswith("#")]
    return max((int(count) for count in counts if count.isdigit()), default=0)


def _quoted(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def _one(name: str, arguments: list[str]) -> int:
    import atheris  # noqa: PLC0415 - only where fuzzing runs

    with atheris.instrument_imports(include=["cloison"]):
        if name == "windows":
            one = import_module("tests.fuzz.fuzz_windows").one
        else:
            one = import_module("tests.fuzz.targets").TARGETS[name]
    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
