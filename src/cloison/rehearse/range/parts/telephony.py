"""The telephone operator: answers a gateway's questions and calls, without sound (RFC 3261)."""

import socketserver
import threading

from cloison.rehearse.range.part import ServedPart

_ECHOED = ("via", "from", "call-id", "cseq")


def answer_to(request: str) -> str | None:
    """Give the answer to a request: 200, with a tag of ours; None to an acknowledgement or to what is no request."""
    lines = request.split("\r\n\r\n", 1)[0].split("\r\n")
    method = lines[0].partition(" ")[0]
    if not lines[0].endswith("SIP/2.0") or method == "ACK":
        return None
    fields = [line for line in lines[1:] if line.partition(":")[0].strip().lower() in _ECHOED]
    to = next((line for line in lines[1:] if line.lower().startswith("to:")), "To: <sip:inconnu>")
    tagged = to if ";tag=" in to else f"{to};tag=exercice"
    return "\r\n".join(["SIP/2.0 200 OK", *fields, tagged, "Content-Length: 0", "", ""])


class Telephony(ServedPart):
    """The operator's end of the hospital's line, outside."""

    name = "telephony"
    roles = frozenset({"operator"})
    udp = (5060,)

    def serve(self) -> None:
        """See `ServedPart`."""
        for host in self.hosts:
            server = socketserver.UDPServer((host.address, self.setting.port(5060)), _Request)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Event().wait()


class _Request(socketserver.DatagramRequestHandler):
    def handle(self) -> None:
        if answer := answer_to(self.packet.decode("utf-8", "replace")):
            self.wfile.write(answer.encode())


PART = Telephony
