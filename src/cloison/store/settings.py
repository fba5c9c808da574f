"""Settings that people change in the console, each a small document of its own."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import insert, select, update

from cloison.errors import BadValueError
from cloison.model.noun import noun
from cloison.store.database import Database
from cloison.store.tables import settings
from cloison.words import say

TOPIC = "settings"
T = TypeVar("T")


class Setting(Generic[T]):
    """One setting: its key, its type, and what it is until somebody says otherwise."""

    def __init__(self, key: str, kind: type[T], *, usual: T) -> None:
        self.key = key
        self.usual = usual
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def of(self, database: Database) -> T:
        """Give its value.

        Raises:
            BadValueError: what is kept is no such setting.
        """
        with database.read() as connection:
            row = connection.execute(select(settings.c.document).where(settings.c.key == self.key)).first()
        if row is None:
            return self.usual
        try:
            return self._adapter.validate_json(row.document)
        except ValidationError as error:
            raise self._refused() from error

    def change(self, database: Database, value: T, *, by: str, now: datetime) -> None:
        """Keep another value."""
        columns = {"document": self._adapter.dump_json(value).decode(), "changed_at": now, "changed_by": by[:120]}
        with database.write(TOPIC) as connection:
            known = update(settings).where(settings.c.key == self.key)
            if connection.execute(known.values(**columns)).rowcount == 0:
                connection.execute(insert(settings).values(key=self.key, **columns))

    def parse(self, document: Any) -> T:  # noqa: ANN401 - whatever a form or a request holds
        """Read a value from outside.

        Raises:
            BadValueError: it is no such setting.
        """
        try:
            return self._adapter.validate_python(document)
        except ValidationError as error:
            raise self._refused() from error

    def _refused(self) -> BadValueError:
        return BadValueError(
            say("this setting cannot have this value"),
            fix=say("correct it on the page of settings"),
            where=self.key,
        )


@noun
class OnCall:
    """Who is on call tonight, as the top of every page says it."""

    name: str = ""
    telephone: str = ""


@noun
class Locking:
    """When sessions lock and end.

    Attributes:
        idle_minutes: without a gesture; then the page asks for the password again.
        session_hours: at most, gestures or not: a long shift.
    """

    idle_minutes: int = 10
    session_hours: int = 14


ON_CALL: Setting[OnCall] = Setting("on-call", OnCall, usual=OnCall())
LOCKING: Setting[Locking] = Setting("locking", Locking, usual=Locking())
