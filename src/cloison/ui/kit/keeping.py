"""The kit of a console, made again every day while it is served."""

from threading import Thread

from cloison.ops.kit import gather, keep_fresh
from cloison.ui.kit.printing import kit_pdf
from cloison.ui.web.console import Console


def keep_kit(console: Console) -> Thread:
    """Keep the kit of a console fresh, in its usual language, for as long as the process lives."""

    def render() -> bytes:
        kit = gather(console.map, console.database, now=console.clock())
        return kit_pdf(kit, console.languages[console.language])

    return keep_fresh(console.home, console.map, render, clock=console.clock)
