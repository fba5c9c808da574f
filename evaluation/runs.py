"""Running jobs in processes of their own, with limits, and keeping what they answered."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from select import select
from signal import SIGKILL
from tempfile import TemporaryDirectory
from time import monotonic
from types import TracebackType
from typing import Any, Self

SECONDS = 600.0
MEGABYTES = 3_000
JOBS_A_PROCESS = 200

ROOMS = ("__init__.py", "errors.py", "words.py", "detect", "ingest", "model", "ops", "rehearse", "incident", "store")
"""What a finding may depend on: editing a screen does not throw results away."""

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding, as the worker tells it."""

    id: str
    detector: str
    technique: str
    techniques: tuple[str, ...]
    confidence: float
    title: str
    explanation: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    detected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a job gave.

    Attributes:
        error: why there is nothing; empty when the job ended well.
        inside: machines of the inside that spoke.
        hours: time in which something was recorded.
        aliases: plain name -> the name that stands for the machine.
    """

    error: str
    records: int
    inside: int
    hours: float
    findings: tuple[Found, ...]
    aliases: Mapping[str, str]


def outcome(answer: Mapping[str, Any]) -> Outcome:
    """Read a worker's answer."""
    times = ("first_seen", "last_seen", "detected_at")
    findings = tuple(
        Found(
            **{
                **item,
                "techniques": tuple(item["techniques"]),
                "sources": tuple(item["sources"]),
                "targets": tuple(item["targets"]),
                **{name: datetime.fromisoformat(item[name]) for name in times},
            }
        )
        for item in answer.get("findings", ())
    )
    return Outcome(
        error=answer.get("error", ""),
        records=answer.get("records", 0),
        inside=answer.get("inside", 1),
        hours=answer.get("hours", 0.0),
        findings=findings,
        aliases=answer.get("aliases", {}),
    )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The product's code as it was when the evaluation began: others may be editing it.

    Attributes:
        mark: hash of what findings depend on.
        root: folder to put first on the import path.
    """

    mark: str
    root: Path


def snapshot(repository: Path, cache: Path, revision: str | None = None) -> Snapshot:
    """Copy the code aside, under the hash of its content.

    Args:
        repository: the project's folder.
        cache: where to copy.
        revision: what git calls the code to run; None: the work tree as it is.
    """
    with TemporaryDirectory(dir=cache) as name:
        fresh = Path(name) / "code"
        if revision is None:
            aside = shutil.ignore_patterns("__pycache__")
            shutil.copytree(repository / "src" / "cloison", fresh / "cloison", ignore=aside)
        else:
            fresh.mkdir()
            packed = subprocess.run(
                ["git", "archive", revision, "src/cloison"], cwd=repository, capture_output=True, check=True
            )
            with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
                archive.extractall(fresh, filter="data")
            (fresh / "src" / "cloison").rename(fresh / "cloison")
        shutil.copytree(repository / "evaluation", fresh / "evaluation", ignore=shutil.ignore_patterns("__pycache__"))
        mark = _mark(fresh)
        root = cache / "code" / mark
        root.parent.mkdir(exist_ok=True)
        with suppress(OSError):  # it was there already, or another evaluation was quicker
            fresh.rename(root)
    return Snapshot(mark=mark, root=root)


def _mark(code: Path) -> str:
    digest = sha256()
    product = code / "cloison"
    parts = [
        path for room in ROOMS for path in ([product / room] if room.endswith(".py") else (product / room).rglob("*"))
    ]
    for path in sorted([*parts, code / "evaluation" / "worker.py"]):
        if path.is_file():
            digest.update(str(path.relative_to(code)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def content(paths: Iterable[Path]) -> str:
    """Hash files."""
    digest = sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


class Worker:
    """A process that answers jobs, replaced when it dies, hangs or grows."""

    def __init__(self, code: Snapshot, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._code = code
        self._seconds, self._megabytes = seconds, megabytes
        self._process: subprocess.Popen[str] | None = None
        self._done = 0

    def __enter__(self) -> Self:
        """Nothing starts before the first job."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the process."""
        self._stop()

    def answer(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Do a job; a process that dies, hangs or grows is an answer too."""
        if self._process is None or self._done >= JOBS_A_PROCESS:
            self._stop()
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        began = monotonic()
        while not select([process.stdout], [], [], 0.5)[0]:
            if monotonic() - began > self._seconds:
                self._stop()
                return {"error": f"crash: not done after {self._seconds:.0f} s"}
            if _resident(process.pid) > self._megabytes:
                self._stop()
                return {"error": f"crash: more than {self._megabytes:,} MB"}
        line = process.stdout.readline()
        if not line:
            code = process.wait()
            self._stop()
            return {"error": f"crash: the process ended with code {code}"}
        self._done += 1
        answered: dict[str, Any] = json.loads(line)
        return answered

    def _start(self) -> None:
        self._process = subprocess.Popen(
            ["nice", sys.executable, "-m", "evaluation.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            cwd=self._code.root,
            env={**os.environ, "PYTHONPATH": str(self._code.root)},
        )
        self._done = 0

    def _stop(self) -> None:
        if self._process is not None:
            with self._process as process:
                if process.poll() is None:
                    os.killpg(process.pid, SIGKILL)  # with the children that read captures for it
            self._process = None


def _resident(process: int) -> float:
    """Give the megabytes that a process holds in memory."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 1e6
    except (OSError, IndexError):
        return 0.0


def run_all(
    jobs: Sequence[tuple[str, Mapping[str, Any], str]],
    code: Snapshot,
    cache: Path,
    *,
    workers: int,
    on_done: Callable[[str], None],
) -> dict[str, Outcome]:
    """Run jobs, or take their answers from the cache.

    Args:
        jobs: (name, job, hash of the content read).
        code: what runs.
        cache: folder of answers.
        workers: processes at once.
        on_done: told each name as it ends.
    """
    answers: dict[str, Outcome] = {}
    shares = [jobs[start::workers] for start in range(workers)]

    def work(share: Sequence[tuple[str, Mapping[str, Any], str]]) -> Iterator[tuple[str, Outcome]]:
        with Worker(code) as worker:
            for name, job, mark in share:
                yield name, outcome(_remembered(worker, job, cache / code.mark / f"{_key(name, job)}-{mark}.json"))
                on_done(name)

    with ThreadPoolExecutor(workers) as pool:
        for part in pool.map(lambda share: list(work(share)), shares):
            answers.update(part)
    return answers


def _key(name: str, job: Mapping[str, Any]) -> str:
    return sha256(json.dumps([name, {**job, "paths": None}], sort_keys=True).encode()).hexdigest()[:16]


def _remembered(worker: Worker, job: Mapping[str, Any], path: Path) -> dict[str, Any]:
    if path.is_file():
        remembered: dict[str, Any] = json.loads(path.read_text())
        return remembered
    answer = worker.answer(job)
    if answer.get("error", "").startswith("crash"):
        return answer  # a busy machine may have been the cause: it is tried again
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(answer))
    return answer
