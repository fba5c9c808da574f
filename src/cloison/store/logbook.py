"""The logbook on disk: entries are added, chained by their hashes, and never changed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from cloison.errors import UnknownIdError
from cloison.model.logbook import Author, Chain, Draft, Entry
from cloison.store.database import Database
from cloison.store.documents import read_back, written
from cloison.store.tables import logbook
from cloison.words import Sentence, say

TOPIC = "logbook"
_START = "0" * 64


def write(database: Database, draft: Draft, now: datetime) -> Entry:
    """Add an entry; when this returns, a power cut does not lose it.

    Raises:
        UnknownIdError: it corrects an entry that is not there.
        DatabaseError: it cannot be written.
    """
    with database.write(TOPIC) as connection:
        return put_entry(connection, draft, now)


def put_entry(connection: Connection, draft: Draft, now: datetime) -> Entry:
    """Add an entry within a transaction that writes more, and that names `TOPIC` among what it changes.

    Raises:
        UnknownIdError: it corrects an entry that is not there.
    """
    text = written(draft.text)
    last = connection.execute(
        select(logbook.c.number, logbook.c.hash).order_by(logbook.c.number.desc()).limit(1)
    ).first()
    number, before = (last.number + 1, last.hash) if last else (1, _START)
    if draft.refers_to is not None and not 0 < draft.refers_to < number:
        raise UnknownIdError(
            say("the logbook has no entry {n}", n=draft.refers_to),
            fix=say("name the number of the entry to correct"),
            where=str(draft.refers_to),
        )
    row = {
        "number": number,
        "at": now,
        "author": draft.author,
        "person": draft.account or None,
        "kind": draft.kind.value,
        "case": draft.case or None,
        "drill": draft.drill,
        "refers_to": draft.refers_to,
        "document": text,
    }
    chained = _chained(before, row)
    connection.execute(insert(logbook).values(**row, hash=chained))
    return Entry(number=number, at=now, draft=draft, hash=chained)


def entries(
    database: Database, *, case: str = "", kind: Author | None = None, before: int | None = None, limit: int = 200
) -> tuple[Entry, ...]:
    """Read entries, newest first.

    Args:
        database: where.
        case: of this incident alone; empty: all.
        kind: machines' or people's alone; None: both.
        before: only those with a smaller number.
        limit: at most so many.
    """
    wanted = select(logbook).order_by(logbook.c.number.desc()).limit(limit)
    if case:
        wanted = wanted.where(logbook.c.case == case)
    if kind is not None:
        wanted = wanted.where(logbook.c.kind == kind.value)
    if before is not None:
        wanted = wanted.where(logbook.c.number < before)
    with database.read() as connection:
        return tuple(_entry(row) for row in connection.execute(wanted))


def check(database: Database) -> Chain:
    """Compute every hash again, from the first entry on."""
    before, count, broken = _START, 0, None
    with database.read() as connection:
        for row in connection.execute(select(logbook).order_by(logbook.c.number)).mappings():
            count += 1
            right = row["number"] == count and row["hash"] == _chained(before, row)
            if not right and broken is None:
                broken = count
            before = row["hash"]
    return Chain(entries=count, broken_at=broken, hash=before)


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    draft = Draft(
        author=row.author,
        account=row.person or "",
        kind=Author(row.kind),
        text=read_back(Sentence, row.document, where=f"logbook/{row.number}"),
        case=row.case or "",
        drill=row.drill,
        refers_to=row.refers_to,
    )
    return Entry(number=row.number, at=row.at, draft=draft, hash=row.hash)


def _chained(before: str, row: Mapping[Any, Any]) -> str:
    said = [row[name] for name in ("number", "author", "person", "kind", "case", "drill", "refers_to", "document")]
    moment = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{before}\n{json.dumps([moment, *said], ensure_ascii=True)}".encode()).hexdigest()
