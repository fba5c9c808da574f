"""Settings."""

from cloison.model.people import Right
from cloison.ops.settings import set_locking, set_on_call
from cloison.store.settings import LOCKING, ON_CALL, Locking, OnCall
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.session import TheConsole, WhoAsks

router = guarded_router()


@router.get("/on-call", summary="Who is on call")
@allowed(Right.READ)
def on_call(console: TheConsole) -> OnCall:
    """Give the name and the telephone that stand on top of every page."""
    return ON_CALL.of(console.database)


@router.put("/on-call", summary="Say who is on call")
@allowed(Right.SETTINGS, Right.LOGBOOK)
def say_on_call(console: TheConsole, asks: WhoAsks, on_call: OnCall) -> OnCall:
    """Change the name and the telephone that stand on top of every page."""
    set_on_call(console.database, on_call.name, on_call.telephone, by=asks.visitor.name, now=console.clock())
    return ON_CALL.of(console.database)


@router.get("/locking", summary="When sessions lock and end")
@allowed(Right.SETTINGS)
def locking(console: TheConsole) -> Locking:
    """Give the minutes and the hours."""
    return LOCKING.of(console.database)


@router.put("/locking", summary="Say when sessions lock and end")
@allowed(Right.SETTINGS)
def say_locking(console: TheConsole, asks: WhoAsks, locking: Locking) -> Locking:
    """Change the minutes and the hours."""
    minutes, hours = str(locking.idle_minutes), str(locking.session_hours)
    set_locking(console.database, minutes, hours, by=asks.visitor.name, now=console.clock())
    return LOCKING.of(console.database)
