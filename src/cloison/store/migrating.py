"""Bringing the tables up to date at start: Alembic's migrations, run within one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from cloison.errors import DatabaseError
from cloison.words import say

_FOLDER = Path(__file__).with_name("migrations")


def migrate(connection: Connection, *, to: str = "head") -> None:
    """Run the migrations that this database has not had.

    Args:
        connection: in a transaction.
        to: the revision to stop at.

    Raises:
        DatabaseError: a newer Cloison wrote it.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    wanted = ScriptDirectory.from_config(config).get_current_head() if to == "head" else to
    if MigrationContext.configure(connection).get_current_revision() == wanted:
        return
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise DatabaseError(
            say("the database was written by a newer Cloison"),
            fix=say("start that one, or restore a backup made by this one"),
            where=connection.engine.url.render_as_string(hide_password=True),
        ) from error
