"""Server-sent events: each change of a topic is told to every page that is open.

One task asks the database how things stand, however many pages follow.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from cloison.errors import CloisonError
from cloison.model.people import Right
from cloison.store.database import Database
from cloison.store.sessions import Stage
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.session import TheConsole, asking_of

LOOK_EVERY, BREATHE_EVERY, CHECK_EVERY = 0.3, 15.0, 5.0
"""Seconds: between two looks at the database, two signs of life, two checks that the session is still open."""


class Pulse:
    """The numbers of all topics, as last looked at."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: Mapping[str, int] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._followers = 0

    async def start(self) -> Mapping[str, int]:
        """Follow; the first who does starts the task. Gives how things stand."""
        self._followers += 1
        if self._task is None:
            self._numbers = await run_in_threadpool(self._database.revisions)
            self._task = asyncio.create_task(self._look())
        return self._numbers

    def stop(self) -> None:
        """Follow no more; the last who does ends the task."""
        self._followers -= 1
        if self._followers == 0 and self._task is not None:
            self._task.cancel()
            self._task = None

    async def wait(self, known: Mapping[str, int], *, seconds: float) -> Mapping[str, int]:
        """Wait for something newer than what is known, so long at most."""
        if self._numbers == known:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), timeout=seconds)
        return self._numbers

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                numbers = await run_in_threadpool(self._database.revisions)
            except CloisonError:
                continue  # pages keep what they show; the next look may be answered
            if numbers != self._numbers:
                self._numbers = numbers
                self._changed.set()
                self._changed = asyncio.Event()


def events_router() -> APIRouter:
    """Give the route of events."""
    router = guarded_router()

    @router.get("/events", include_in_schema=False)
    @allowed(Right.READ, background=True)
    async def events(request: Request, console: TheConsole) -> StreamingResponse:
        pulse: Pulse = request.app.state.pulse

        async def open_still() -> bool:
            asking = await run_in_threadpool(asking_of, request, console, gesture=False)
            return asking.stage is Stage.OPEN

        return StreamingResponse(told(pulse, open_still), media_type="text/event-stream")

    return router


async def told(pulse: Pulse, open_still: Callable[[], Awaitable[bool]]) -> AsyncIterator[str]:
    """Write the stream: a message names the topics that changed; an event "locked" ends it."""
    known = await pulse.start()
    loop = asyncio.get_running_loop()
    breathed = checked = loop.time()
    try:
        yield "retry: 2000\n\n"
        while True:
            numbers = await pulse.wait(known, seconds=CHECK_EVERY)
            # A name of a topic tells nothing, and what it makes a page ask for is guarded: no look at each of them.
            if loop.time() - checked >= CHECK_EVERY:
                checked = loop.time()
                if not await open_still():
                    yield "event: locked\ndata: 1\n\n"
                    return
            changed = sorted(topic for topic, number in numbers.items() if known.get(topic) != number)
            if changed:
                yield f"data: {' '.join(changed)}\n\n"
            known = numbers
            if loop.time() - breathed > BREATHE_EVERY:
                breathed = loop.time()
                yield ": still here\n\n"
    finally:
        pulse.stop()
