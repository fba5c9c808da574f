"""Running the page's server, on the loopback address only."""

import socket
from collections.abc import Callable

import uvicorn

from cloison.errors import BadValueError
from cloison.ops.story import Story
from cloison.ui.languages import Translator
from cloison.ui.web.app import make_app
from cloison.words import say

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8420


def serve(story: Story, words: Translator, *, port: int | None, on_ready: Callable[[str], None]) -> None:
    """Serve a story until interrupted.

    Args:
        story: what the pages show.
        words: their first language.
        port: 0 takes any free one; None the usual one, or any free one when it is taken.
        on_ready: told the page's address once the port is ours.

    Raises:
        BadValueError: the port is taken, or may not be used.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bind(listener, port)
        except OSError as error:
            raise BadValueError(
                say("port {port} cannot be used: {reason}", port=str(port), reason=error.strerror or str(error)),
                fix=say("choose another with --port, or --port 0 for any free one"),
                where="--port",
            ) from error
        listener.listen()
        on_ready(f"http://{LOOPBACK}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(make_app(story, words), log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


def bind(listener: socket.socket, port: int | None) -> None:
    """Take a port of the loopback address: the one named, else the usual one, else any that is free.

    Raises:
        OSError: the port named is taken, or may not be used.
    """
    if port is not None:
        listener.bind((LOOPBACK, port))
        return
    try:
        listener.bind((LOOPBACK, USUAL_PORT))
    except OSError:
        listener.bind((LOOPBACK, 0))
