"""The tables of Cloison's database, for SQLite and PostgreSQL alike.

Documents are JSON text made with pydantic's `TypeAdapter` of the model's nouns. Moments are ISO 8601 text in UTC,
always of one width, so that they sort as they follow each other and read the same in both databases.
A column added here is added to the migrations too: `tests/store/migrations` compares the two.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Dialect, Float, ForeignKey, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as "2026-11-22T02:41:07.000000+00:00"."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's type
        """Write it."""
        del dialect
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401
        """Read it back."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


revisions = Table(
    "revisions",
    metadata,
    Column("topic", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
    comment="How often each topic changed; pages that are open look here.",
)

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(32), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("wall", Boolean, nullable=False),
    Column("subject", String(600), unique=True),
    Column("language", String(8)),
    Column("created_at", Moment, nullable=False),
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", String(600), primary_key=True),
    Column("person", String(32), ForeignKey("people.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("secret", Text, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    comment="Kinds: password, totp, passkey, recovery. Secrets are hashed, or sealed with the key of the home.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(32), ForeignKey("people.id"), nullable=False, index=True),
    Column("stage", String(16), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("factor", String(16), nullable=False),
    Column("challenge", Text),
)

links = Table(
    "links",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", String(32), ForeignKey("people.id")),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
    comment="One-time links; without a person, the first start: who follows it makes the administrator's account.",
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("person", String(32), ForeignKey("people.id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

reads = Table(
    "reads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("who", String(120), nullable=False),
    Column("person", String(32)),
    Column("token", String(32)),
    Column("what", String(200), nullable=False),
    Column("address", String(64), nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("document", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", String(120), nullable=False),
)

map_versions = Table(
    "map_versions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("note", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("status", String(16), nullable=False, index=True),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("document", Text, nullable=False),
)

logbook = Table(
    "logbook",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("author", String(120), nullable=False),
    Column("person", String(32)),
    Column("kind", String(16), nullable=False),
    Column("case", String(32), index=True),
    Column("drill", Boolean, nullable=False),
    Column("refers_to", Integer),
    Column("document", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    comment="Append-only; each hash covers the one before it. Kinds: machine, person.",
)

decisions = Table(
    "decisions",
    metadata,
    Column("case", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("document", Text, nullable=False),
    comment="Plans, approvals, doors that moved: numbered without a hole, so that of two people who act one is told.",
)

declarations = Table(
    "declarations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("service", String(200), nullable=False),
    Column("document", Text, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("service", String(200), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("document", Text, nullable=False),
)

sensors = Table(
    "sensors",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("last_record_at", Moment),
    Column("heard_at", Moment, nullable=False),
    Column("lag_seconds", Float, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

drills = Table(
    "drills",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("document", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("document", Text, nullable=False),
)
