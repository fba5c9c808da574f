"""A home with people in it."""

from datetime import UTC, datetime

from argon2 import PasswordHasher

from cloison.model.people import Person, Role
from cloison.ops import accounts
from cloison.ops.accounts import new_person, password_of
from cloison.ops.entrance import Client, Entrance
from cloison.store.accounts import add_person
from cloison.store.database import Database
from cloison.store.home_key import HomeKey

# As many rounds as a real password needs would make the tests last minutes.
accounts._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = datetime(2026, 3, 4, 1, tzinfo=UTC)
PASSWORD = "bateau cheval lune"  # noqa: S105 - of nobody
DESK, ELSEWHERE = Client(address="10.0.0.7", agent="Firefox"), Client(address="10.0.0.66")


def entrance(home) -> Entrance:
    return Entrance(Database.at(home), HomeKey.of(home))


def someone(database: Database, role: Role = Role.ON_CALL, login: str = "a.durand", name: str = "A. Durand") -> Person:
    person = new_person(login, name, role, now=NOW)
    add_person(database, person, password_of(person.id, PASSWORD, now=NOW))
    return person
