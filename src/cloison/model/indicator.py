"""What a bulletin or a colleague asks to look for: an address, a name, a fingerprint, an account."""

import re
from enum import StrEnum
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from cloison.errors import BadValueError
from cloison.model.noun import noun
from cloison.words import say


class IndicatorKind(StrEnum):
    """Kinds of indicator; `TEXT` is a word that may be a machine or an account."""

    NETWORK = "network"
    NAME = "name"
    HASH = "hash"
    JA4 = "ja4"
    USER = "user"
    TEXT = "text"
    PATTERN = "pattern"


@noun
class Indicator:
    """One thing to look for.

    Attributes:
        kind: what it is.
        value: canonical: a network with its prefix ("198.51.100.7/32"), all else in lower case. A hash is an MD5, a
            SHA-1, a SHA-256 or a JA3; a name means its sub-domains too.
    """

    kind: IndicatorKind
    value: str

    @property
    def text(self) -> str:
        """Say it as people write it: one address without its prefix."""
        return self.value.removesuffix("/32").removesuffix("/128") if self.kind is IndicatorKind.NETWORK else self.value


_LONGEST = 1024
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,62})"
_NAME = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}\.?")  # RFC 1123, with the underscore that service names have
_WORD = re.compile(r"[\w$.-][\w$ .-]*")
_USER = re.compile(r"[^\s\\/@]+\\[^\\/@]+|[^\s\\@]+@[^\s\\@]+")
_HASH = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})")
_JA4 = re.compile(r"[tqd]\d[0-9a-z]\w[0-9a-f]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}")
_DEFANGED = (("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[at]", "@"), ("hxxp", "http"), ("[://]", "://"))


def read_indicator(text: str) -> Indicator:
    r"""Understand one indicator, defanged or not ("hxxp://evil[.]example/a").

    Args:
        text: an address, a network, a name, an address of the web (its host is looked for), an MD5, SHA-1, SHA-256,
            JA3 or JA4 fingerprint, an account ("DOMAIN\\user", "user@domain"), or one word.

    Raises:
        BadValueError: it is none of these.
    """
    value = text.strip().lower()
    for theirs, plain in _DEFANGED:
        value = value.replace(theirs, plain)
    if len(value) > _LONGEST:
        raise _bad(text)
    if "://" in value:
        return read_indicator(_host(value, text))
    network = _network(value)
    if network is not None:
        return Indicator(kind=IndicatorKind.NETWORK, value=network)
    for kind, form in (
        (IndicatorKind.HASH, _HASH),
        (IndicatorKind.JA4, _JA4),
        (IndicatorKind.USER, _USER),
        (IndicatorKind.NAME, _NAME),
        (IndicatorKind.TEXT, _WORD),
    ):
        # A number with dots is an address badly written, never a name.
        if form.fullmatch(value) and not re.fullmatch(r"[\d.]+", value):
            return Indicator(kind=kind, value=value.rstrip(".") if kind is IndicatorKind.NAME else value)
    raise _bad(text)


def read_pattern(text: str) -> Indicator:
    """Understand a pattern, where `*` stands for any letters and `?` for one.

    Raises:
        BadValueError: it is empty or stands for everything.
    """
    value = text.strip().lower()
    if not value.strip("*?") or len(value) > _LONGEST:
        raise BadValueError(
            say("a pattern must hold more than stars"),
            fix=say("write it as in {example}", example="*.evil.example"),
            where=_short(text),
        )
    return Indicator(kind=IndicatorKind.PATTERN, value=value)


def pattern_expression(pattern: str) -> str:
    """Give a pattern as a regular expression for the whole text, the same for Python, RE2 and Rust."""
    return f"(?s)^{''.join(_EXPRESSIONS.get(letter) or re.escape(letter) for letter in pattern)}$"


_EXPRESSIONS = {"*": ".*", "?": "."}


def _network(value: str) -> str | None:
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        pass
    try:
        return str(ip_network(ip_address(value.strip("[]"))))
    except ValueError:
        return None


def _host(value: str, text: str) -> str:
    try:
        host = urlsplit(value).hostname
    except ValueError:
        host = None
    if not host:
        raise _bad(text)
    return host


def _bad(text: str) -> BadValueError:
    return BadValueError(
        say("it is no address, name, fingerprint nor account"),
        fix=say("write it as in {example}", example="198.51.100.7, 10.20.0.0/16, evil.example, DOMAINE\\compte"),
        where=_short(text),
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "…")  # noqa: PLR2004 - one line of a screen
