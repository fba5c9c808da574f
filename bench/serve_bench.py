"""Killing the server under load: no acknowledged logbook entry may be lost, and its chain must verify."""

import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
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
LONGEST_LIFE = 1.5
"""Seconds between the server's first answer and its end."""
PROGRAM = [sys.executable, "-c", "from cloison.ui.cli.program import main; main()", "serve", "--port", "0"]


def main() -> None:
    """Kill, start again, kill; print what was acknowledged, kept and lost."""
    acknowledged, kept, lost, broken = kill_under_load(KILLS, seed=1)
    print(
        f"serve: killed {KILLS} times under {WRITERS} writers: {acknowledged:,} entries acknowledged, "
        f"{kept:,} kept, {lost} lost, chain {'broken at ' + str(broken) if broken else 'verifies'}"
    )


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
            process = subprocess.Popen(
                [*PROGRAM, "--home", folder], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
            )
            assert process.stderr is not None
            address = re.search(r"http://\S+", process.stderr.readline())
            assert address is not None
            with ThreadPoolExecutor(WRITERS) as pool:
                writers = [pool.submit(_write, address.group(), secret) for _ in range(WRITERS)]
                time.sleep(random.uniform(0.1, LONGEST_LIFE))
                process.send_signal(signal.SIGKILL)
                process.wait()
                for writer in writers:
                    said += writer.result()
            process.stderr.close()
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
