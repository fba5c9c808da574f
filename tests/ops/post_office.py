"""A mail server (RFC 5321, as little as a sender needs) and a webhook, on this machine, that keep what they get."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class _Mail(StreamRequestHandler):
    def handle(self):
        say = lambda text: self.wfile.write(text.encode() + b"\r\n")  # noqa: E731 - shorter so
        say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                say("354 go on")
                text = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    text += line
                self.server.got.append(text.decode())
                say("250 kept")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 fine")


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusing:
            self.send_response(503)
        else:
            self.server.got.append(json.loads(body)["message"])
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def _open(server):
    server.got, server.refusing = [], False
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _MailServer(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def mail_server():
    """A mail server: `got` holds the messages."""
    return _open(_MailServer(("127.0.0.1", 0), _Mail))


def webhook():
    """A webhook: `got` holds the messages; it answers 503 while `refusing`."""
    return _open(ThreadingHTTPServer(("127.0.0.1", 0), _Hook))


def hook_url(server):
    return f"json://127.0.0.1:{server.server_address[1]}/"


def mail_url(server):
    return f"mailto://127.0.0.1:{server.server_address[1]}/?from=cloison@hopital.example&to=astreinte@hopital.example"
