"""Earlier maps, whole, each with who brought it and when: a map that was replaced can be read and taken up again."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, insert, select

from cloison.errors import UnknownIdError
from cloison.model.noun import noun
from cloison.store.database import Database
from cloison.store.tables import map_versions
from cloison.words import say

TOPIC = "map"


@noun
class MapVersion:
    """One map, without its text.

    Attributes:
        by: who brought it; empty: it was found in its file.
        digest: SHA-256 of its text.
    """

    number: int
    at: datetime
    by: str
    note: str
    digest: str


def digest_of(text: str) -> str:
    """Sum up a map's text."""
    return sha256(text.encode()).hexdigest()


def keep_version(database: Database, text: str, *, by: str, note: str, now: datetime) -> int:
    """Keep a map, unless it is the latest kept already; gives its number."""
    digest = digest_of(text)
    with database.write(TOPIC) as connection:
        last = connection.execute(
            select(map_versions.c.number, map_versions.c.digest).order_by(map_versions.c.number.desc()).limit(1)
        ).first()
        if last is not None and last.digest == digest:
            return int(last.number)
        number = (connection.execute(select(func.max(map_versions.c.number))).scalar() or 0) + 1
        connection.execute(
            insert(map_versions).values(number=number, at=now, by=by[:120], note=note, digest=digest, text=text)
        )
    return int(number)


def versions(database: Database, *, most: int = 50) -> tuple[MapVersion, ...]:
    """Give the versions, the latest first."""
    columns = [column for column in map_versions.c if column.name != "text"]
    with database.read() as connection:
        rows = connection.execute(select(*columns).order_by(map_versions.c.number.desc()).limit(most))
        return tuple(MapVersion(**row) for row in rows.mappings())


def text_of(database: Database, number: int) -> str:
    """Give a version's text.

    Raises:
        UnknownIdError: there is no such version.
    """
    with database.read() as connection:
        text = connection.execute(select(map_versions.c.text).where(map_versions.c.number == number)).scalar()
    if text is None:
        raise UnknownIdError(
            say("there is no version {n} of the map", n=number), fix=say("choose one of the list"), where=str(number)
        )
    return str(text)
