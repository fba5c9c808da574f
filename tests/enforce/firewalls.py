"""Small firewalls behind a real HTTPS server on this machine: PAN-OS, FortiOS and a webhook, as far as doors go."""

import hmac
import json
import shlex
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cloison.enforce.drivers.memory import Failing

KEY = "LUFRPT1cabestan=="
JUNK = b"\x00\xff<<<not an answer>>>"


def parsed(text):
    return ET.fromstring(text)  # noqa: S314 - what our own driver just wrote


class Kept:
    """What any of them keeps; `half` counts the changes that a half-applying device drops."""

    def __init__(self, failing=None):
        self.failing, self.half = failing, 0

    def ignores(self):
        self.half += 1
        return self.failing is Failing.IDLE or (self.failing is Failing.HALF and self.half % 2 == 0)


class Panos(Kept):
    """Running configuration, registered addresses with their timeouts, sessions."""

    driver, vsys = "panos", "/vsys1"

    def __init__(self, failing=None):
        super().__init__(failing)
        self.addresses, self.services, self.static, self.dynamic, self.rules = {}, {}, {}, {}, []
        self.tags, self.cleared = {}, []
        self.sessions = [("1", "10.1.0.7", "10.2.0.10", "6", "445"), ("2", "10.1.0.8", "10.2.0.10", "6", "8042")]

    def load(self, text):
        for words in map(shlex.split, text.splitlines()):
            match words:
                case ["set", "address", name, "ip-netmask", net]:
                    self.addresses[name] = net
                case ["set", "service", name, "protocol", protocol, "port", ports]:
                    self.services[name] = (protocol, ports)
                case ["set", "address-group", name, "static", "[", *members, "]"]:
                    self.static[name] = members
                case ["set", "address-group", name, "dynamic", "filter", told]:
                    self.dynamic[name] = told
                case ["set", "rulebase", "security", "rules", name, *rest]:
                    self.rules.append((name, self.rule(rest)))
                case ["move", "rulebase", "security", "rules", name, "top"]:
                    self.rules.sort(key=lambda rule, first=name: rule[0] != first)
                case ["commit"]:
                    pass
                case _:
                    raise AssertionError(words)

    @staticmethod
    def rule(words):
        fields, rest = {}, list(words)
        while rest:
            name, value = rest.pop(0), rest.pop(0)
            values = [value]
            if value == "[":
                end = rest.index("]")
                values, rest = rest[:end], rest[end + 1 :]
            fields[name] = values
        return fields

    def handle(self, method, path, headers, body):
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if headers.get("X-PAN-KEY") != KEY or self.failing is Failing.WRONG_PASSWORD:
            return 403, b'<response status="error" code="403"><result><msg>Invalid Credential</msg></result></response>'
        assert (method, path) == ("POST", "/api/")
        result = {"user-id": self.tag, "op": self.run, "config": self.show}[form["type"]](form)
        return 200, b'<response status="success"><result>' + result.encode() + b"</result></response>"

    def tag(self, form):
        payload = parsed(form["cmd"]).find("payload")
        for entry in payload.iterfind("register/entry"):
            for member in entry.iterfind("tag/member"):
                if not self.ignores():
                    kept = self.tags.setdefault(entry.get("ip"), {})
                    lasting = int(member.get("timeout") or 0)
                    # As some versions do: a tag that is there already keeps its end.
                    kept.setdefault(member.text, time.monotonic() + lasting if lasting else None)
        for entry in payload.iterfind("unregister/entry"):
            for member in entry.iterfind("tag/member"):
                del self.tags[entry.get("ip")][member.text]
        return ""

    def run(self, form):
        command = parsed(form["cmd"])
        if command.find("object") is not None:
            now = time.monotonic()
            told = {
                ip: [tag for tag, end in tags.items() if end is None or end > now] for ip, tags in self.tags.items()
            }
            return "".join(
                f'<entry ip="{ip}"><tag>{"".join(f"<member>{tag}</member>" for tag in tags)}</tag></entry>'
                for ip, tags in told.items()
            )
        if command.tag == "clear":
            self.cleared.append("".join(ET.tostring(child, encoding="unicode") for child in command.iter("session")))
            return ""
        names = ("idx", "source", "dst", "proto", "dport")
        return "".join(
            f"<entry>{''.join(f'<{n}>{v}</{n}>' for n, v in zip(names, one, strict=True))}</entry>"
            for one in self.sessions
        )

    def show(self, form):
        match form["xpath"].rsplit("]/", 1)[1]:
            case "rulebase/security/rules":
                return f"<rules>{''.join(self.entry(*rule) for rule in [*self.rules, ('site', {'action': ['allow']})])}</rules>"
            case "address-group":
                groups = [self.entry(name, {"static": members}) for name, members in self.static.items()]
                groups += [
                    f'<entry name="{name}"><dynamic><filter>{told}</filter></dynamic></entry>'
                    for name, told in self.dynamic.items()
                ]
                return f"<address-group>{''.join(groups)}</address-group>"
            case "address":
                rows = [
                    f'<entry name="{name}"><ip-netmask>{net}</ip-netmask></entry>'
                    for name, net in self.addresses.items()
                ]
                return f"<address>{''.join(rows)}</address>"
            case "service":
                rows = [
                    f'<entry name="{name}"><protocol><{protocol}><port>{ports}</port></{protocol}></protocol></entry>'
                    for name, (protocol, ports) in self.services.items()
                ]
                return f"<service>{''.join(rows)}</service>"

    @staticmethod
    def entry(name, fields):
        def value(field, values):
            listed = field not in {"action", "log-end"}
            return "".join(f"<member>{one}</member>" for one in values) if listed else values[0]

        inside = "".join(f"<{field}>{value(field, values)}</{field}>" for field, values in fields.items())
        return f'<entry name="{name}">{inside}</entry>'


class Fortigate(Kept):
    """Tables of the configuration; the site's own policy stands last."""

    driver, vsys = "fortigate", ""

    def __init__(self, failing=None):
        super().__init__(failing)
        self.tables = {}
        self.dirty = "check-all"

    def load(self, text):
        table = row = None
        for words in (shlex.split(line, comments=True) for line in text.splitlines()):
            match words:
                case ["config", *name]:
                    table = self.tables.setdefault(" ".join(name), {})
                case ["edit", key]:
                    row = table.setdefault(key if key != "0" else str(len(table) + 1), {})
                    row.setdefault("name", key)
                case ["set", field, *values]:
                    row[field] = values
        for row in self.tables["firewall schedule onetime"].values():
            row["end-utc"] = "946684860"

    def handle(self, method, path, headers, body):
        if headers.get("Authorization") != f"Bearer {KEY}" or self.failing is Failing.WRONG_PASSWORD:
            return 401, b""
        parts = urlsplit(path)
        where = parts.path.removeprefix("/api/v2/")
        if method == "PUT":
            kind, name = where.removeprefix("cmdb/").rsplit("/", 1)
            row = self.tables[kind.replace("/", " ").replace(".", " ")][name]
            for field, value in json.loads(body).items():
                if not self.ignores():
                    row[field] = [one["name"] for one in value] if isinstance(value, list) else value
            return 200, b'{"status": "success"}'
        return 200, json.dumps({"results": self.results(where)}).encode()

    def results(self, where):
        match where:
            case "monitor/system/time/select":
                return {"time": int(time.time())}
            case "cmdb/system/settings":
                return {"firewall-session-dirty": self.dirty}
        table = self.tables.get(where.removeprefix("cmdb/").replace("/", " ").replace(".", " "), {})
        rows = [self.row(row) for row in table.values()]
        site = {"name": "site", "srcaddr": [], "action": "accept"}
        return [*rows, site] if where.endswith("policy") else rows

    @staticmethod
    def row(row):
        def told(field, value):
            if field in {"member", "srcintf", "dstintf", "srcaddr", "dstaddr", "service"}:
                return [{"name": one} for one in value]
            return (" ".join(value)) if isinstance(value, list) else value

        return {field: told(field, value) for field, value in row.items()}


class Webhook(Kept):
    """Another system of the hospital, that keeps members and forgets them in time."""

    driver, vsys = "webhook", "/portes"

    def __init__(self, failing=None):
        super().__init__(failing)
        self.members, self.armed = {}, False

    def load(self, text):
        self.armed = bool(text)

    def handle(self, method, path, headers, body):
        signature = "sha256=" + hmac.new(KEY.encode(), body, sha256).hexdigest()
        if headers.get("X-Cloison-Signature") != signature or self.failing is Failing.WRONG_PASSWORD:
            return 401, b""
        assert (method, path) == ("POST", "/portes")
        call = json.loads(body)
        told = {"version": 1, "nonce": call["nonce"], "done": True}
        return 200, json.dumps({**told, **self.act(call)}).encode()

    def act(self, call):
        now = time.monotonic()
        match call["act"]:
            case "armed" | "arm":
                self.armed = self.armed or call["act"] == "arm"
                return {"armed": self.armed} if call["act"] == "armed" else {}
            case "remove":
                gone = {member for door in call["doors"] for member in door["members"]}
                self.members = {member: end for member, end in self.members.items() if member not in gone}
            case "held":
                left = {m: None if end is None else end - now for m, end in self.members.items()}
                return {"members": [{"member": m, "seconds_left": s} for m, s in left.items() if s is None or s > 0]}
            case _:
                self.keep(call, now)
        return {}

    def keep(self, call, now):
        for door in call["doors"]:
            until = now + call.get("revert_after", call.get("lease", 0))
            lasting = call["act"] == "confirm" and door["vanishing"] == "stay-shut"
            for member in door["members"]:
                if not self.ignores():
                    self.members[member] = None if lasting else until


BOXES = {kind.driver: kind for kind in (Panos, Fortigate, Webhook)}


class Firewall:
    """A box that answers HTTPS on this machine: a context manager.

    Attributes:
        address: what the map says of it.
    """

    def __init__(self, box):
        self.box = box
        self._closing = threading.Event()

    def __enter__(self):
        box, closing = self.box, self._closing

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if box.failing is Failing.SLOW:
                    closing.wait(5)
                    self.close_connection = True
                    return
                code, told = box.handle(self.command, self.path, self.headers, body)
                if box.failing is Failing.GARBAGE:
                    told = JUNK
                self.send_response(code)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - as the library calls them

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """A client that leaves in the middle is what some of these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.address = f"https://127.0.0.1:{self.port}{box.vsys}"
        if box.failing is Failing.UNREACHABLE:
            self._server.server_close()
            return self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._closing.set()
        if self.box.failing is not Failing.UNREACHABLE:
            self._server.shutdown()
            self._server.server_close()

    def known(self, home: Path, point):
        """Write what its client must know: its certificate and the key."""
        secrets = home / "secrets"
        secrets.mkdir(exist_ok=True, parents=True)
        (secrets / f"{point}.pem").write_bytes(Path(certificate()).read_bytes().split(b"-----BEGIN EC PRIVATE")[0])
        (secrets / point).touch(mode=0o600)
        (secrets / point).write_text(KEY + "\n")


@cache
def certificate():
    """Make a certificate for this machine's own address, with its key after it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "coeur")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = Path(mkdtemp()) / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return str(path)
