"""Say what a file that no format recognises looks like, so that a person knows what to do with it."""

from cloison.words import Sentence, say

_MAGIC: tuple[tuple[bytes, Sentence], ...] = (
    (b"\xff\xd8\xff", say("it looks like a JPEG picture")),
    (b"\x89PNG\r\n", say("it looks like a PNG picture")),
    (b"GIF8", say("it looks like a GIF picture")),
    (b"%PDF", say("it looks like a PDF document")),
    (b"\x7fELF", say("it looks like a program")),
    (b"MZ", say("it looks like a Windows program")),
    (b"SQLite format 3\0", say("it looks like an SQLite database")),
    (b"PAR1", say("it looks like a Parquet table, which is not read yet")),
    (b"PK\x03\x04", say("it looks like a ZIP archive: unpack it first")),
    (b"7z\xbc\xaf\x27\x1c", say("it looks like a 7-Zip archive: unpack it first")),
    (b"Rar!", say("it looks like a RAR archive: unpack it first")),
    (b"\xfd7zXZ\0", say("it looks like an XZ archive: unpack it first")),
    (b"BZh", say("it looks like a bzip2 archive: unpack it first")),
)
_TAR = (257, b"ustar")

_MAIL_HEADERS = (
    b"received:",
    b"return-path:",
    b"delivered-to:",
    b"from:",
    b"subject:",
    b"message-id:",
    b"mime-version:",
)
_FEWEST_TABS = 6  # the shortest Zeek log with addresses has seven columns


def look(head: bytes, size: int) -> Sentence:
    """Say what a file looks like.

    Args:
        head: its decompressed beginning.
        size: its size on disk, in bytes.
    """
    if not size:
        return say("the file is empty")
    if not head:
        return say("the compressed file holds nothing that can be read")
    for magic, sentence in _MAGIC:
        if head.startswith(magic):
            return sentence
    if head[_TAR[0] :].startswith(_TAR[1]):
        return say("it looks like a TAR archive: unpack it first")
    if b"\0" in head[:4096]:
        return say("no known format recognises it")
    return _look_at_text(head.lstrip(b"\xef\xbb\xbf \t\r\n"))


def _look_at_text(text: bytes) -> Sentence:
    if not text:
        return say("the file holds only blank lines")
    if text.startswith((b"{", b"[")):
        return say("it is JSON, but of no known log")
    first = text.split(b"\n", 1)[0]
    lines = text[:4096].split(b"\n")
    looks = (
        (text[:64].lower().startswith(_MAIL_HEADERS), say("it looks like an e-mail, not a log")),
        (text.startswith(b"<"), say("it looks like XML or HTML")),
        (
            first.count(b"\t") >= _FEWEST_TABS,
            say("it is a table without the header lines that Zeek writes: no column has a name"),
        ),
        (first.startswith(b"# "), say("it looks like a document or a configuration file")),
        (any(line.startswith((b"title:", b"detection:")) for line in lines), say("it looks like a YAML rule")),
    )
    return next((sentence for true, sentence in looks if true), say("it is text, but of no known log"))
