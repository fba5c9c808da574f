"""The web: HTTP 1 in clear (RFC 9112), and what TLS shows before it hides the rest (RFC 8446)."""

from collections.abc import Iterator
from typing import ClassVar

from cloison.ingest.detail.certificates import subject_and_issuer
from cloison.ingest.detail.frame import Frame, Observed, Waiting, as_number, at
from cloison.model.observations import Kind

_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE = "1", "2", "11"
_CHANGE_CIPHER = "20"
_TLS13 = 0x0304
_VERSIONS = {0x0002: "SSLv2", 0x0300: "SSLv3", 0x0301: "TLSv10", 0x0302: "TLSv11", 0x0303: "TLSv12", 0x0304: "TLSv13"}


class Http:
    """Requests, each with its answer where one came."""

    fields: ClassVar[tuple[str, ...]] = (
        "http.request.method", "http.host", "http.request.uri", "http.user_agent", "http.response.code",
        "http.request_in", "http.content_length",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"http"})

    def __init__(self) -> None:
        """Begin with no request."""
        self._waiting = Waiting(Kind.HTTP)

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look at a packet's requests, or at its answer."""
        methods = frame.all("http.request.method")
        among = len(methods)
        for place, method in enumerate(methods):
            row = frame.row() | {
                "method": method,
                "host": at(frame.all("http.host"), place, among),
                "path": at(frame.all("http.request.uri"), place, among),
                "user_agent": at(frame.all("http.user_agent"), place, among),
                "src_bytes": as_number(at(frame.all("http.content_length"), place, among)) or 0,
            }
            yield from self._waiting.put((frame.number, place), row)
        if not methods and (code := frame.number_of("http.response.code")) is not None:
            row_asked = self._waiting.answer((frame.number_of("http.request_in"), 0))
            if row_asked is not None:
                size = frame.number_of("http.content_length")
                yield Kind.HTTP, row_asked | {"seen_at": frame.time_us, "status": code, "dst_bytes": size}

    def end(self) -> Iterator[Observed]:
        """Give the requests that nobody answered."""
        return self._waiting.end()


class Tls:
    """Handshakes: whom the client asked for, how it looks (JA3, JA4), which version the server took, its certificate.

    TLS 1.3 hides the certificate, and a session taken up again has none.
    """

    fields: ClassVar[tuple[str, ...]] = (
        "tls.handshake.type", "tls.handshake.extensions_server_name", "tls.handshake.version",
        "tls.handshake.extensions.supported_version", "tls.handshake.ja3", "tls.handshake.ja4",
        "tls.handshake.certificate", "tls.record.content_type",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"tls", "ssl"})

    def __init__(self) -> None:
        """Begin with no handshake."""
        self._waiting = Waiting(Kind.TLS)
        self._nameless = Waiting(Kind.TLS)

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Look for a hello, the client's or the server's, and for the server's certificate."""
        kinds = frame.all("tls.handshake.type")
        if _CLIENT_HELLO in kinds:
            row = frame.row() | {
                "server_name": (frame.first("tls.handshake.extensions_server_name") or "").lower() or None,
                "ja3": frame.first("tls.handshake.ja3"),
                "ja4": frame.first("tls.handshake.ja4"),
            }
            yield from self._waiting.put(frame.stream, row)
        elif _SERVER_HELLO in kinds:
            # TLS 1.3 tells its version in an extension, and 1.2 in the old place.
            version = frame.number_of("tls.handshake.extensions.supported_version") or frame.number_of(
                "tls.handshake.version"
            )
            row = self._waiting.answer(frame.stream) or frame.row(reply=True)
            row |= {"seen_at": frame.time_us, "version": _VERSIONS.get(version or 0)}
            if _CERTIFICATE in kinds:
                yield Kind.TLS, row | _certified(frame)
            elif version == _TLS13 or _CHANGE_CIPHER in frame.all("tls.record.content_type"):
                yield Kind.TLS, row
            else:
                yield from self._nameless.put(frame.stream, row)
        elif _CERTIFICATE in kinds:
            row_certified = self._nameless.answer(frame.stream)
            if row_certified is not None:
                # The client's certificate, when it shows one, comes after the server's.
                its_own = frame.ends()[0] == row_certified["dst"]
                yield Kind.TLS, row_certified | ({"seen_at": frame.time_us} | _certified(frame) if its_own else {})

    def end(self) -> Iterator[Observed]:
        """Give the hellos that nobody answered, and the handshakes whose certificate was not seen."""
        yield from self._waiting.end()
        yield from self._nameless.end()


def _certified(frame: Frame) -> dict[str, str | None]:
    """Tell the server's own certificate, which comes first (RFC 5246, 7.4.2)."""
    subject, issuer = subject_and_issuer(frame.first("tls.handshake.certificate") or "")
    return {"subject": subject, "issuer": issuer}
