"""A real PostgreSQL, of this machine's Debian package, in a folder of its own."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree, which
from tempfile import mkdtemp

import pytest
from sqlalchemy import create_engine, text


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server without a port, reached by a socket in its folder; give the start of its addresses."""
    # Debian leaves the server's programs off the path.
    known = [which("initdb"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    initdb = next((Path(found) for found in known if found), None)
    if initdb is None:
        pytest.skip("no PostgreSQL on this machine (Debian: postgresql)")
    who = None
    if os.getuid() == 0:  # the server refuses to run as root
        try:
            who = pwd.getpwnam("nobody")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user nobody")
    folder = Path(mkdtemp(prefix="cloison-pg-", dir="/tmp"))
    more = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)

    def run(tool, *arguments):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([initdb.with_name(tool), *arguments], check=True, cwd=folder, timeout=300, **quiet, **more)

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "cloison", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c shared_buffers=16MB -c max_connections=60"
        run("pg_ctl", "-D", data, "-w", "-t", "240", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://cloison@/%s?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str, name: str) -> Iterator[str]:
    """Give the address of a database made for the block."""
    engine = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:") % "postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield server % name
        finally:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()
