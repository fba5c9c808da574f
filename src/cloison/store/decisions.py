"""What people decide about cases, and say of care, as rows that are added and never changed."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from cloison.errors import ActedBeforeError
from cloison.model.crisis import Decision, Declaration, Form
from cloison.store.database import Database
from cloison.store.tables import decisions, declarations, forms
from cloison.words import say

CASES = "cases"
CARE = "care"
"""Topics that pages look at."""

_DECISION = TypeAdapter(Decision)
_DECLARATION = TypeAdapter(Declaration)
_FORM = TypeAdapter(Form)


def decide(database: Database, case: str, decision: Decision) -> None:
    """Add a decision to a case; when this returns, a power cut does not lose it.

    Raises:
        ActedBeforeError: somebody decided something since the case was read; nothing was written.
        DatabaseError: it cannot be written.
    """
    document = _DECISION.dump_json(decision, exclude_defaults=True).decode()
    try:
        with database.write(CASES) as connection:
            connection.execute(
                insert(decisions).values(case=case, number=decision.number, at=decision.at, document=document)
            )
    except IntegrityError as error:
        raise ActedBeforeError(
            say("somebody acted on this case just before you"),
            fix=say("look at the case as it is now, then decide"),
            where=case,
        ) from error


def decided(database: Database, case: str) -> tuple[Decision, ...]:
    """Read a case's decisions, in order."""
    wanted = select(decisions.c.document).where(decisions.c.case == case).order_by(decisions.c.number)
    with database.read() as connection:
        return tuple(_DECISION.validate_json(row.document) for row in connection.execute(wanted))


def declare(database: Database, declaration: Declaration) -> None:
    """Keep what somebody says of a care service."""
    document = _DECLARATION.dump_json(declaration).decode()
    with database.write(CARE) as connection:
        connection.execute(
            insert(declarations).values(at=declaration.at, service=declaration.service, document=document)
        )


def declared(database: Database, since: datetime) -> tuple[Declaration, ...]:
    """Read what was said of care services since a moment, in order."""
    wanted = select(declarations.c.document).where(declarations.c.at >= since).order_by(declarations.c.id)
    with database.read() as connection:
        return tuple(_DECLARATION.validate_json(row.document) for row in connection.execute(wanted))


def count_forms(database: Database, form: Form) -> None:
    """Keep a count of paper forms; it replaces the earlier one of that service and name."""
    document = _FORM.dump_json(form).decode()
    with database.write(CARE) as connection:
        connection.execute(insert(forms).values(at=form.at, service=form.service, name=form.name, document=document))


def forms_counted(database: Database) -> tuple[Form, ...]:
    """Give the latest count of each service's forms, by service and name; a count of -1 takes the form away."""
    latest = select(func.max(forms.c.id)).group_by(forms.c.service, forms.c.name)
    wanted = select(forms.c.document).where(forms.c.id.in_(latest)).order_by(forms.c.service, forms.c.name)
    with database.read() as connection:
        found = (_FORM.validate_json(row.document) for row in connection.execute(wanted))
        return tuple(form for form in found if form.count >= 0)
