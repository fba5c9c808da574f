"""The console: how soon many pages are told of a change, and what a server killed under load loses."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx

from cloison.model.people import Right, Role
from cloison.ops.accounts import new_person, password_of
from cloison.ops.tokens import make_token
from cloison.store import logbook
from cloison.store.accounts import add_person
from cloison.store.database import Database

KILLS, WRITERS = 50, 4
PAGES, WRITES = 50, 20
LONGEST_LIFE = 1.5
"""Seconds between the server's first answer and its end."""
PROGRAM = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()", "serve", "--port", "0"]


def main() -> None:
    """Tell many pages of changes; then kill, start again, kill; print how soon, and what was lost."""
    told = telling(PAGES, WRITES)
    print(
        f"serve: {PAGES} pages told of a change: median {told[len(told) // 2]:.2f} s, "
        f"worst of {len(told):,} {told[-1]:.2f} s"
    )
    acknowledged, kept, lost, broken = kill_under_load(KILLS, seed=1)
    print(
        f"serve: killed {KILLS} times under {WRITERS} writers: {acknowledged:,} entries acknowledged, "
        f"{kept:,} kept, {lost} lost, chain {'broken at ' + str(broken) if broken else 'verifies'}"
    )


def telling(pages: int, writes: int) -> list[float]:
    """Follow events from many pages while another process's writes change a topic.

    Returns:
        Seconds from the end of each write to each page being told, sorted.
    """
    with TemporaryDirectory(prefix="cloison-bench-") as folder:
        home = Path(folder)
        secret = _token(home)
        with _serving(folder) as address:
            return asyncio.run(_follow(address, secret, Database.at(home), pages, writes))


async def _follow(address: str, secret: str, database: Database, pages: int, writes: int) -> list[float]:
    told: list[float] = []
    written, ready = [0.0], asyncio.Semaphore(0)

    async def page(client: httpx.AsyncClient) -> None:
        async with client.stream("GET", "/events") as answer:
            async for line in answer.aiter_lines():
                if line.startswith("retry"):
                    ready.release()
                if line.startswith("data"):
                    told.append(time.perf_counter() - written[0])
                    if len(told) % pages == 0:
                        ready.release()

    headers = {"Authorization": f"Bearer {secret}"}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60, limits=limits) as client:
        tasks = [asyncio.create_task(page(client)) for _ in range(pages)]
        for _ in tasks:
            await ready.acquire()
        for _ in range(writes):
            with database.write("cases"):
                pass
            written[0] = time.perf_counter()
            await ready.acquire()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return sorted(told)


@contextmanager
def _serving(folder: str) -> Iterator[str]:
    process = subprocess.Popen(
        [*PROGRAM, "--home", folder], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stderr is not None
        address = re.search(r"http://\S+", process.stderr.readline())
        assert address is not None
        yield address.group()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def kill_under_load(kills: int, *, seed: int) -> tuple[int, int, int, int | None]:
    """Write from several threads while the server is killed (SIGKILL) at random moments.

    Returns:
        Entries acknowledged, entries kept, acknowledged ones that are not kept, where the chain is broken.
    """
    random, said = Random(seed), []
    with TemporaryDirectory(prefix="cloison-bench-") as folder:
        home = Path(folder)
        secret = _token(home)
        for _ in range(kills):
            with ThreadPoolExecutor(WRITERS) as pool:
                with _serving(folder) as address:
                    writers = [pool.submit(_write, address, secret) for _ in range(WRITERS)]
                    time.sleep(random.uniform(0.1, LONGEST_LIFE))
                for writer in writers:
                    said += writer.result()
        database = Database.at(home)
        kept = {entry.number for entry in logbook.entries(database, limit=10**6)}
        chain = logbook.check(database)
    return len(said), len(kept), len(set(said) - kept), chain.broken_at


def _token(home: Path) -> str:
    database, now = Database.at(home), datetime.now(UTC)
    person = new_person("banc", "Banc d'essai", Role.ON_CALL, now=now)
    add_person(database, person, password_of(person.id, "bateau cheval lune", now=now))
    rights = frozenset({Right.READ, Right.LOGBOOK})
    return make_token(database, person, "banc", rights, lasts=timedelta(days=1), now=now)[0]


def _write(address: str, secret: str) -> list[int]:
    """Write entries until the server is gone; gives the numbers that it acknowledged."""
    acknowledged = []
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {secret}"}, timeout=10) as client:
        while True:
            try:
                answer = client.post("/api/v1/logbook", json={"text": f"essai {len(acknowledged)}"})
            except httpx.HTTPError:
                return acknowledged
            if answer.is_success:
                acknowledged.append(answer.json()["number"])


if __name__ == "__main__":
    main()
