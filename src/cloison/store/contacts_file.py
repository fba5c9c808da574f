"""Whom to call when the telephone directory is down: `contacts.toml` beside the map, for the printed tree."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadValueError
from cloison.model.noun import noun, noun_written_as
from cloison.words import say, verbatim

CONTACTS = "contacts.toml"


@noun
class Contact:
    """One line of the tree.

    Attributes:
        function: what they do in a crisis; names them in `called_by`.
        name: empty: to be written by hand.
        telephone: a line that lives without the hospital's network.
        instead: who is called when nobody answers, and where.
        called_by: the function of whoever calls them; empty: the top of a tree.
    """

    function: str
    name: str = ""
    telephone: str = ""
    instead: str = ""
    called_by: str = ""


@noun_written_as({"contacts": "contact"})
class _Page:
    contacts: tuple[Contact, ...] = ()


_PAGE = TypeAdapter(_Page)


def contacts_beside(map_file: Path) -> tuple[Contact, ...]:
    """Read the contacts that lie beside a map, each after whoever calls them; none when there is no file.

    Raises:
        BadValueError: it is no such file, or somebody is called by a function that nobody has, or in a ring.
    """
    path = map_file.with_name(CONTACTS)
    try:
        page = _PAGE.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, ValidationError) as error:  # TOML's and Unicode's errors are ValueErrors
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise _refused(path, reason) from error
    made: list[Contact] = []
    left = list(page.contacts)
    while left:
        above = {"", *(one.function for one in made)}
        ready = [one for one in left if one.called_by in above]
        if not ready:
            raise _refused(path, f"called_by = {left[0].called_by!r}")
        for one in ready:
            made.insert(_place_under(made, one), one)
        left = [one for one in left if one not in ready]
    return tuple(made)


def depths(contacts: tuple[Contact, ...]) -> tuple[int, ...]:
    """Tell how deep in the tree each contact is, the top being 0."""
    found: dict[str, int] = {}
    for one in contacts:
        found[one.function] = found[one.called_by] + 1 if one.called_by else 0
    return tuple(found[one.function] for one in contacts)


def _place_under(made: list[Contact], one: Contact) -> int:
    """Find the place after the caller and all those below, in the order in which they were written."""
    if not one.called_by:
        return len(made)
    start = next(place for place, other in enumerate(made) if other.function == one.called_by)
    below, end = {one.called_by}, start + 1
    while end < len(made) and made[end].called_by in below:
        below.add(made[end].function)
        end += 1
    return end


def _refused(path: Path, reason: str) -> BadValueError:
    return BadValueError(
        say("this file does not hold contacts: {reason}", reason=verbatim(reason)),
        fix=say("see docs/kit.md for what it holds; each is called by the function of another"),
        where=str(path),
    )
