"""What a forwarder wraps around a record when it sends it by syslog, taken off again (RFC 5424, RFC 3164, RFC 6587).

A record of Zeek, Suricata or Windows is a JSON object: it begins at the first brace, whatever the header before it.
"""

import re

_TAG = re.compile(rb"(?:zeek|bro)[_:./-]?([a-z_]{2,40})", re.IGNORECASE)
"""How forwarders name the log when the record does not: "zeek_conn", "bro/dns"."""

_SIGNS = (
    ("eve", (b'"event_type"',)),
    ("windows", (b'"winlog"', b'"EventID"', b'"EventData"', b'"event_data"')),
    ("zeek", (b'"_path"', b'"@stream"', b'"id.orig_h"', b'"id_orig_h"', b'"uid"', b'"ts"')),
)
_NAMED = re.compile(rb'"(?:_path|@stream)"\s*:\s*"([a-z_]{1,40})"')
LONGEST = 1 << 20


def unwrap(message: bytes) -> tuple[str, bytes] | None:
    """Find the record in a message.

    Returns:
        The sort of record ("eve", "windows", "zeek", "zeek-conn") and its line, ending with a newline; None when
        there is no JSON object.
    """
    begin = message.find(b"{")
    end = message.rfind(b"}")
    if begin < 0 or end < begin:
        return None
    record = message[begin : end + 1]
    if b"\n" in record or b"\r" in record:  # an object written over many lines is still one record
        record = record.replace(b"\r", b" ").replace(b"\n", b" ")
    sort = next((name for name, signs in _SIGNS if any(sign in record for sign in signs)), None)
    if sort is None:
        return None
    if sort == "zeek":
        named = _NAMED.search(record) or _TAG.search(message[:begin])
        if named:
            sort = f"zeek-{named.group(1).decode('ascii').lower()}"
    return sort, record + b"\n"


class Framing:
    """One connection's bytes, cut into messages: by octet counts or by newlines, as each message begins.

    Attributes:
        broken: messages longer than `LONGEST`, passed over.
    """

    def __init__(self) -> None:
        self._data = b""
        self._passing = False
        self.broken = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take what came, give the messages that are whole now (RFC 6587, 3.4.1 and 3.4.2)."""
        self._data += data
        out: list[bytes] = []
        while self._data:
            if self._passing:
                end = self._data.find(b"\n")
                self._passing = end < 0
                self._data = b"" if end < 0 else self._data[end + 1 :]
                continue
            digits, space, _ = self._data[:10].partition(b" ")
            if digits.isdigit() and space and int(digits) <= LONGEST:
                end = len(digits) + 1 + int(digits)
                if len(self._data) < end:
                    break
                out.append(self._data[len(digits) + 1 : end])
                self._data = self._data[end:]
                continue
            end = self._data.find(b"\n")
            if end < 0:
                if len(self._data) > LONGEST:
                    self.broken += 1
                    self._passing, self._data = True, b""
                break
            if end:
                out.append(self._data[:end])
            self._data = self._data[end + 1 :]
        return out
