"""How much room words take, before any browser has drawn them.

Widths are those of a wide bold face (DejaVu Sans Bold), rounded up: whatever sans-serif face the reader's
machine has, the words fit in what is measured here.
"""

from unicodedata import category, combining, east_asian_width

_WIDTHS = {
    0.35: " 'ijlìíîï",
    0.4: ",./:;I\\|¦·ÌÍÎÏ’",
    0.45: "-f²³¹‑",
    0.5: "!()[]`rt¡¨°´¸",
    0.6: '"*J_csz§ª¯ºç–',
    0.65: "?Lx¤«¶»¿",
    0.7: "$0123456789EFTaekovy¢£¥ÈÉÊËàáâãäåèéêëðòóôõöøýÿ“”",
    0.75: "CPSYZbdghnpqu{}µÇÝÞßñùúûüþ",
    0.8: "ABKRVXÀÁÂÃÄÅ",
    0.85: "#+<=>DGHNU^~¬±ÐÑ×ÙÚÛÜ÷≥≤",
    0.9: "&OQÒÓÔÕÖØ",
    1.0: "@Mw©®…—→",
    1.1: "%mÆæœ¼½¾",
    1.2: "WŒ",
}
"""Ems -> characters; measured in Chromium on DejaVu Sans Bold and Liberation Sans Bold, rounded up."""
_EM = {character: width for width, characters in _WIDTHS.items() for character in characters}
_NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
ELLIPSIS = "…"


def measure(text: str, size: float) -> float:
    """Give a width in pixels, never under what a browser draws, for a font size in pixels."""
    return size * sum(_em(character) for character in text)


def wrap(text: str, size: float, width: float, lines: int) -> tuple[str, ...]:
    """Cut words in lines that fit.

    A word too long for a line is cut where it must be; what does not fit in `lines` ends in an ellipsis.

    Args:
        text: any text; spaces are where lines part.
        size: font size, pixels.
        width: pixels.
        lines: at most, 1 or more.

    Returns:
        One to `lines` lines, each measured within `width` as long as one character is.
    """
    made = [""]
    for word in _words(text, size, width):
        joined = f"{made[-1]} {word}" if made[-1] else word
        if measure(joined, size) <= width:
            made[-1] = joined
        elif len(made) > lines:
            break
        else:
            made.append(word)
    if len(made) <= lines:
        return tuple(made)
    return (*made[: lines - 1], _shortened(made[lines - 1], size, width))


def narrowest(text: str, size: float, lines: int, limit: float) -> float:
    """Give the least width at which `text` wraps in `lines` lines with no word cut, or `limit`."""
    words = text.split(" ")
    width = max(measure(word, size) for word in words)
    if width >= limit:
        return limit
    candidates = sorted(
        {
            measure(" ".join(words[start:end]), size)
            for start in range(len(words))
            for end in range(start + 1, len(words) + 1)
        }
    )
    for candidate in candidates:
        if candidate >= limit:
            return limit
        if candidate >= width and len(wrap(text, size, candidate, len(words))) <= lines:
            return candidate
    return limit


def _words(text: str, size: float, width: float) -> list[str]:
    """Split at spaces, then cut what cannot fit alone."""
    pieces = []
    for word in text.split(" "):
        rest = word
        while measure(rest, size) > width and len(rest) > 1:
            end = _fitting(rest, size, width)
            pieces.append(rest[:end])
            rest = rest[end:]
        pieces.append(rest)
    return pieces


def _fitting(word: str, size: float, width: float) -> int:
    """Count the characters that fit, at least one; prefers to cut after punctuation."""
    taken = 0.0
    best = 0
    for index, character in enumerate(word):
        taken += size * _em(character)
        if taken > width:
            return best if best * 2 > index else max(index, 1)
        if character in "-_.:/@":
            best = index + 1
    return len(word)


def _shortened(line: str, size: float, width: float) -> str:
    while line and measure(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def _em(character: str) -> float:
    known = _EM.get(character)
    if known is not None:
        return known
    if combining(character) or category(character) == "Mn":
        return 0.0
    if character in _NO_BREAK:
        return 0.36
    return 1.25 if east_asian_width(character) in "WF" or ord(character) > 0x2000 else 0.95  # noqa: PLR2004
