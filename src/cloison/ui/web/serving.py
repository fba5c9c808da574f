"""Running the console's server."""

import socket
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import uvicorn

from cloison.errors import BadValueError
from cloison.ops.crisis_keeping import keeping
from cloison.ui.web.app import make_app
from cloison.ui.web.carte_source import warm
from cloison.ui.web.console import Console
from cloison.ui.web.crisis_view import desk_of
from cloison.words import say, verbatim

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8420
_KEPT_SECONDS = 75
"""A page that asks now and then finds its connection still there: one that ends just then loses the request."""

_GRACE_SECONDS = 2
"""Given to answers under way when the server is stopped; event streams would never end."""


def serve(
    console: Console,
    *,
    port: int | None,
    on_ready: Callable[[str], None],
    host: str = LOOPBACK,
    certificate: tuple[Path, Path] | None = None,
) -> None:
    """Serve a console until interrupted.

    Args:
        console: what is served.
        port: 0 takes any free one; None the usual one, or any free one when it is taken.
        on_ready: told the console's address once the port is ours.
        host: the address to listen at.
        certificate: files of the certificate and its key; None: not encrypted.

    Raises:
        BadValueError: the address or the port is taken, or may not be used; the certificate is none.
    """
    app = make_app(console)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is said: without it asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bind(listener, port, host)
        except OSError as error:
            reason = error.strerror or str(error)
            raise BadValueError(
                say("port {port} of {host} cannot be used: {reason}", port=str(port), host=host, reason=reason),
                fix=say("choose another with --port, or --port 0 for any free one"),
                where="--port",
            ) from error
        listener.listen(1024)
        config = _config(app, certificate)
        named = f"[{host}]" if ":" in host else host
        on_ready(f"{'https' if certificate else 'http'}://{named}:{listener.getsockname()[1]}/")
        if console.story is None:
            warm(console)
        render = console.languages[console.language].sentence
        with nullcontext() if console.story else keeping(desk_of(console), render):
            uvicorn.Server(config).run(sockets=[listener])


def _config(app: object, certificate: tuple[Path, Path] | None) -> uvicorn.Config:
    try:
        config = uvicorn.Config(
            app,  # type: ignore[arg-type]  # uvicorn's own name for an ASGI application
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=_KEPT_SECONDS,
            ssl_certfile=certificate[0] if certificate else None,
            ssl_keyfile=certificate[1] if certificate else None,
        )
        config.load()
    except OSError as error:  # ssl.SSLError is one
        raise BadValueError(
            say("this certificate or its key cannot be used: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("give a certificate and its key in PEM, readable by this user, without a password"),
            where="--tls-cert",
        ) from error
    return config


def bind(listener: socket.socket, port: int | None, host: str = LOOPBACK) -> None:
    """Take a port of an address: the one named, else the usual one, else any that is free.

    Raises:
        OSError: the port named is taken, or may not be used.
    """
    if port is not None:
        listener.bind((host, port))
        return
    try:
        listener.bind((host, USUAL_PORT))
    except OSError:
        listener.bind((host, 0))
