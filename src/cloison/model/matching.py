"""Which indicators a seen address or name answers to."""

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network

from cloison.model.indicator import Indicator, IndicatorKind, pattern_expression

ADDRESS = "address"
"""The sort of an address; names have sorts of their own: site, host, user, hash, ja3, ja4, agent, file."""

_MADE_OF_LABELS = ("site", "host")


class Matcher:
    """Indicators, ready to be asked about many seen values.

    Attributes:
        indicators: each once, in the order given.
    """

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self.indicators = tuple(dict.fromkeys(indicators))
        self._words: dict[str, Indicator] = {}
        self._accounts: dict[str, list[Indicator]] = {}
        self._networks: dict[tuple[int, int], dict[int, Indicator]] = {}
        self._patterns: list[tuple[re.Pattern[str], Indicator]] = []
        for indicator in self.indicators:
            if indicator.kind is IndicatorKind.NETWORK:
                network = ip_network(indicator.value)
                shift = network.max_prefixlen - network.prefixlen
                place = self._networks.setdefault((network.version, shift), {})
                place[int(network.network_address) >> shift] = indicator
            elif indicator.kind is IndicatorKind.PATTERN:
                self._patterns.append((re.compile(pattern_expression(indicator.value)), indicator))
            else:
                self._words[indicator.value] = indicator
                if indicator.kind is IndicatorKind.USER:
                    self._accounts.setdefault(account_of(indicator.value), []).append(indicator)

    def find(self, sort: str, value: str) -> Iterator[Indicator]:
        """Give the indicators that a seen value answers to.

        A name answers to the domains above it; a machine's name to its first label; an account to its name without
        domain, when one of the two has none.

        Args:
            sort: `ADDRESS`, or what the name is a name of.
            value: as seen.
        """
        value = value.lower()
        if sort == ADDRESS:
            yield from self._holding(value)
        for word in dict.fromkeys(_words(sort, value)):
            indicator = self._words.get(word)
            if indicator is not None and _says(indicator, word, sort, value):
                yield indicator
        if sort == "user" and account_of(value) == value:
            yield from self._accounts.get(value, ())
        for pattern, indicator in self._patterns:
            if pattern.search(value):
                yield indicator

    def _holding(self, value: str) -> Iterator[Indicator]:
        try:
            address = ip_address(value)
        except ValueError:
            return
        number = int(address)
        for (version, shift), networks in self._networks.items():
            if version == address.version and number >> shift in networks:
                yield networks[number >> shift]


def _words(sort: str, value: str) -> Iterator[str]:
    """Give the forms under which a value may be listed."""
    yield value
    if sort in _MADE_OF_LABELS or sort == ADDRESS:
        name = value.rstrip(".")
        yield name
        yield name.partition(".")[0]
        while "." in name:
            name = name.partition(".")[2]
            yield name
    elif sort == "user":
        yield account_of(value)


def account_of(user: str) -> str:
    r"""Give an account's name without its domain: "DOMAIN\name" and "name@domain" are "name"."""
    return user.rpartition("\\")[2].partition("@")[0]


def _says(indicator: Indicator, word: str, sort: str, value: str) -> bool:
    """Tell whether a form of a value means what the indicator means."""
    if indicator.kind is IndicatorKind.NAME:
        return sort in (*_MADE_OF_LABELS, ADDRESS)
    if indicator.kind is IndicatorKind.TEXT:
        # "example" asks for the machine or the account of that name, never for every site below ".example".
        return sort not in _MADE_OF_LABELS or value.rstrip(".").partition(".")[0] == word
    if indicator.kind is IndicatorKind.USER:
        return sort == "user"
    return sort == indicator.kind.value or (indicator.kind is IndicatorKind.HASH and sort == "ja3")
