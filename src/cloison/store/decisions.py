"""What people decide about cases, and say of care, as rows that are added and never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from cloison.errors import ActedBeforeError
from cloison.model.case import Case, CaseId
from cloison.model.crisis import Decision, Declaration, Form
from cloison.model.logbook import Draft
from cloison.model.notice import Notice
from cloison.store.cases import TOPIC as CASES
from cloison.store.cases import put_case
from cloison.store.database import Database
from cloison.store.documents import read_back, written
from cloison.store.logbook import TOPIC as LOGBOOK
from cloison.store.logbook import put_entry
from cloison.store.notices import TOPIC as NOTICES
from cloison.store.notices import put_notice
from cloison.store.tables import decisions, declarations, forms
from cloison.words import say

CARE = "care"
"""Topic that pages look at."""


def decide(
    database: Database,
    case: CaseId,
    decision: Decision,
    *entries: Draft,
    state: Case | None = None,
    notices: Sequence[Notice] = (),
) -> None:
    """Add a decision to a case, with what the logbook says of it; when this returns, a power cut does not lose them.

    Args:
        database: where.
        case: what it is about.
        decision: the next one.
        entries: for the logbook, at the moment of the decision.
        state: the case as the decision leaves it: opened, closed; None: as it was.
        notices: for people who are away.

    Raises:
        ActedBeforeError: somebody decided something since the case was read; nothing was written.
        DatabaseError: it cannot be written.
    """
    row = {"case": case, "number": decision.number, "at": decision.at, "document": written(decision)}
    try:
        with database.write(CASES, LOGBOOK, *([NOTICES] if notices else [])) as connection:
            connection.execute(insert(decisions).values(**row))
            for entry in entries:
                put_entry(connection, entry, decision.at)
            for notice in notices:
                put_notice(connection, notice, decision.at)
            if state is not None:
                put_case(connection, state)
    except IntegrityError as error:
        raise ActedBeforeError(
            say("somebody acted on this case just before you"),
            fix=say("look at the case as it is now, then decide"),
            where=case,
        ) from error


def decided(database: Database, case: CaseId) -> tuple[Decision, ...]:
    """Read a case's decisions, in order."""
    wanted = select(decisions.c.document).where(decisions.c.case == case).order_by(decisions.c.number)
    with database.read() as connection:
        return tuple(read_back(Decision, row.document, where=f"decisions/{case}") for row in connection.execute(wanted))


def declare(database: Database, declaration: Declaration, *entries: Draft) -> None:
    """Keep what somebody says of a care service, and write it in the logbook."""
    document = written(declaration)
    with database.write(CARE, LOGBOOK) as connection:
        for entry in entries:
            put_entry(connection, entry, declaration.at)
        connection.execute(
            insert(declarations).values(at=declaration.at, service=declaration.service, document=document)
        )


def declared(database: Database, since: datetime) -> tuple[Declaration, ...]:
    """Read what was said of care services since a moment, in order."""
    wanted = select(declarations.c.document).where(declarations.c.at >= since).order_by(declarations.c.id)
    with database.read() as connection:
        return tuple(read_back(Declaration, row.document, where="declarations") for row in connection.execute(wanted))


def count_forms(database: Database, form: Form) -> None:
    """Keep a count of paper forms; it replaces the earlier one of that service and name."""
    document = written(form)
    with database.write(CARE) as connection:
        connection.execute(insert(forms).values(at=form.at, service=form.service, name=form.name, document=document))


def forms_counted(database: Database) -> tuple[Form, ...]:
    """Give the latest count of each service's forms, by service and name; a count of -1 takes the form away."""
    latest = select(func.max(forms.c.id)).group_by(forms.c.service, forms.c.name)
    wanted = select(forms.c.document).where(forms.c.id.in_(latest)).order_by(forms.c.service, forms.c.name)
    with database.read() as connection:
        found = (read_back(Form, row.document, where="forms") for row in connection.execute(wanted))
        return tuple(form for form in found if form.count >= 0)
