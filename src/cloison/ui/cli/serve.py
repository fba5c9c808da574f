"""`cloison serve`: the web console."""

import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from cloison.errors import BadValueError
from cloison.ui.cli.options import Home, Lang, MapFile, asked
from cloison.words import Sentence, say

_FIRST = say("First start: open this link within 30 minutes, it serves once")


def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen at; another than loopback wants TLS.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the console (default: 8420, else any free one).")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate of the console, PEM.")
    ] = None,
    key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="Key of the certificate, PEM.")] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="A name under which browsers reach it; may be repeated."),
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option("--behind-proxy", help="A proxy before it speaks TLS and says who asks (X-Forwarded-For)."),
    ] = False,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help="Another database than the home's: postgresql://HOST/NAME."),
    ] = None,
    new_link: Annotated[
        bool, typer.Option("--new-link", help="Print a one-time link for the administrator locked out, and stop.")
    ] = False,
    login: Annotated[
        str | None, typer.Option("--login", metavar="LOGIN", help="With --new-link: for this account.")
    ] = None,
    map_file: MapFile = None,
    home: Home = None,
    lang: Lang = None,
) -> int:
    """Serve the web console: the map, the incident, the logbook, for people who sign in.

    Example: cloison serve --home /var/lib/cloison
    """
    del lang
    request = asked(context, map_file=map_file, home=home)
    check_address(host, encrypted=certificate is not None, behind_proxy=behind_proxy)
    if (certificate is None) != (key is None):
        raise BadValueError(
            say("a certificate goes with its key"), fix=say("give both --tls-cert and --tls-key"), where="--tls-cert"
        )

    # Half a second that only the console needs.
    from cloison.ops.accounts import first_link, rescue_link  # noqa: PLC0415
    from cloison.store.database import Database  # noqa: PLC0415
    from cloison.ui.kit.keeping import keep_kit  # noqa: PLC0415
    from cloison.ui.web.console import Console  # noqa: PLC0415
    from cloison.ui.web.serving import USUAL_PORT  # noqa: PLC0415
    from cloison.ui.web.serving import serve as run  # noqa: PLC0415

    def announce(sentence: Sentence) -> None:
        sys.stderr.write(request.words.sentence(sentence) + "\n")

    kept = Database.at(request.home, database)
    now = datetime.now(UTC)
    scheme = "https" if certificate or behind_proxy else "http"
    named = (names or [host])[0]
    if new_link:
        link, person = rescue_link(kept, login, now=now)
        port = port or USUAL_PORT
        address = f"{scheme}://{named}/" if behind_proxy else f"{scheme}://{named}:{port}/"
        announce(say("One-time link for {login}:", login=person.login) if person else _FIRST)
        sys.stdout.write(f"{address}premier/{link}\n")
        return 0
    console = Console.opened(
        request.home,
        request.map,
        kept,
        language=request.words.language,
        secure=scheme == "https",
        behind_proxy=behind_proxy,
        loopback=ip_address(host).is_loopback and not behind_proxy,
        hosts=tuple(names or ()),
    )
    link_first = first_link(kept, now=now)

    def tell(address: str) -> None:
        announce(say("The console is at {address}; Ctrl-C ends it", address=address))
        if link_first:
            announce(_FIRST)
            sys.stdout.write(f"{address}premier/{link_first}\n")
            sys.stdout.flush()

    keep_kit(console)
    run(console, port=port, on_ready=tell, host=host, certificate=(certificate, key) if certificate and key else None)
    return 0


def check_address(host: str, *, encrypted: bool, behind_proxy: bool) -> None:
    """Refuse to send passwords and the map in clear over a network.

    Raises:
        BadValueError: it is no address, or is reached by others and nothing encrypts.
    """
    try:
        address = ip_address(host)
    except ValueError as error:
        raise BadValueError(
            say('"{text}" is no address', text=host),
            fix=say("write it as {example}", example="10.50.0.10, 0.0.0.0, ::1"),
            where="--host",
        ) from error
    if not (address.is_loopback or encrypted or behind_proxy):
        raise BadValueError(
            say("passwords and the map would cross the network in clear"),
            fix=say("add --tls-cert and --tls-key, or --behind-proxy when a proxy here speaks TLS"),
            where="--host",
        )
