"""Which server: an address that says so, encrypted unless it is this very machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cloison.errors import BadValueError
from cloison.words import Sentence, say

SETTING = "CLOISON_SERVER"
_EXAMPLE = "https://console.hopital.example"
_LONGEST = 300


def read_address(text: str, *, where: str) -> str:
    """Read a server's address.

    Args:
        text: "https://NAME" or "https://NAME:PORT"; "http://" at loopback only.
        where: the option or the variable that gave it.

    Returns:
        The same, without what stands after the port.

    Raises:
        BadValueError: it is none, or the map and passwords would cross a network in clear.
    """
    try:
        parts = urlsplit(text.strip())
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused(say("this is no address of a server"), where) from None
    plain = text.isascii() and text.strip().isprintable() and len(text) <= _LONGEST and " " not in text.strip()
    if parts.scheme not in {"https", "http"} or not name or not plain:
        raise _refused(say("this is no address of a server"), where)
    if parts.username is not None or parts.password is not None:
        raise _refused(say("an address holds no password: a token says who asks"), where)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise _refused(say("something stands after the server's name"), where)
    if parts.scheme == "http" and not is_loopback(name):
        raise _refused(say("the map and passwords would cross the network in clear"), where)
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")


def is_loopback(name: str) -> bool:
    """Tell whether a name is this machine (RFC 6761, section 6.3, for "localhost")."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _refused(problem: Sentence, where: str) -> BadValueError:
    return BadValueError(problem, fix=say("write it as in {example}", example=_EXAMPLE), where=where)
