"""A real SMB session through a door that shuts, in the namespaces of `box.py`: what is read, and until when.

`python box_smb.py session` is run inside by `in_box`, and prints what it saw as one JSON object.
"""

import os
import threading
import time
from configparser import ConfigParser
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from signal import SIGKILL

from impacket.ntlm import compute_nthash
from impacket.smbconnection import SMBConnection
from impacket.smbserver import SimpleSMBServer
from tests.enforce import box

from cloison.ops.keeping import open_again
from cloison.ops.sealing import arm, seal

SERVER, USER, WORD = "10.2.0.10", "essai", "cabestan"


def serve(folder: Path) -> int:
    """Serve one file from the server's namespace, in a process of its own; gives its number."""
    (folder / "files").mkdir()
    (folder / "files" / "note.txt").write_bytes(b"EXERCICE" * 100)
    config = ConfigParser(interpolation=None)
    config["global"] = {
        "server_name": "SERVEUR",
        "server_domain": "ESSAI",
        "server_os": "EXERCICE",
        "log_file": "None",
        "credentials_file": "",
        "challenge": "0" * 16,
        "rpc_apis": "no",
        "SMB2Support": "True",
    }
    config["FILES"] = {"comment": "", "read only": "yes", "share type": "0", "path": str(folder / "files")}
    with (folder / "smb.ini").open("w") as out:
        config.write(out)
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        box.enter("server")
        server = SimpleSMBServer(SERVER, 445, configFile=str(folder / "smb.ini"))
        server.addCredential(USER, 0, "", compute_nthash(WORD).hex())
        server.start()
    return child


def connect(patience: float) -> SMBConnection:
    """Log on from the namespace of this thread."""
    session = SMBConnection(SERVER, SERVER, timeout=patience)
    session.login(USER, WORD)
    return session


def logs_on(patience: float) -> bool:
    """Tell whether somebody can log on from the client's namespace."""
    done = []

    def attempt() -> None:
        box.enter("client")
        with suppress(Exception):  # impacket's own, of several sorts
            connect(patience).close()
            done.append(True)

    trying = threading.Thread(target=attempt)
    trying.start()
    trying.join()
    return bool(done)


def session(folder: str) -> dict:
    """Read a file again and again over one session while the door shuts."""
    box.build()
    server = serve(Path(folder))
    ward, rules, means = box.parts(folder, listening=timedelta(seconds=1.3))
    arm(ward, means)
    until = time.monotonic() + 30
    while not logs_on(2.0) and time.monotonic() < until:
        time.sleep(0.1)
    reads: list[float] = []

    def read() -> None:
        box.enter("client")
        held = connect(1.0)
        with suppress(Exception):  # the door shuts on it
            while True:
                held.getFile("FILES", "note.txt", BytesIO().write)
                reads.append(time.monotonic())

    threading.Thread(target=read, daemon=True).start()
    while len(reads) < 20 and time.monotonic() < until:
        time.sleep(0.01)
    verdicts = seal(rules, ward, means, approved={"approved by": "A"})
    ended, before = time.monotonic(), len(reads)
    time.sleep(0.5)
    seen = {
        "verdicts": [(one.state, one.proof) for one in verdicts],
        "read before": before,
        "read after": sum(moment > ended for moment in reads),
        "logs on": logs_on(0.6),
    }
    open_again(ward, means, stage=None, approved={})
    seen["logs on again"] = logs_on(5.0)
    os.kill(server, SIGKILL)
    return seen


if __name__ == "__main__":
    box.play({"session": session})
