"""Sessions on the range's own servers, with accounts of the range's own: SMB by impacket, SSH by paramiko."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from cloison.rehearse.intruder.stage import Account, Target
from cloison.rehearse.range.parts.share import ADMIN, DRIVE, HOMES, SERVICES, SYSVOL

if TYPE_CHECKING:
    from paramiko import Transport  # type: ignore[import-untyped]
_PATIENCE = 5
"""Seconds for a server to answer."""


@contextmanager
def smb_session(target: Target, account: Account, port: int) -> Iterator[Any]:
    """Log on to a file server; the session is an impacket SMBConnection.

    Raises:
        OSError: it does not answer, or refuses the account.
    """
    from impacket.nmb import NetBIOSError  # type: ignore[import-untyped] # noqa: PLC0415 - a second to load, which only these acts need
    from impacket.smbconnection import SessionError, SMBConnection  # type: ignore[import-untyped] # noqa: PLC0415

    try:
        session = SMBConnection(target.address, target.address, sess_port=port, timeout=_PATIENCE)
    except (SessionError, NetBIOSError) as error:
        raise OSError(str(error)) from error
    try:
        session.login(account.user, account.opens)
        yield session
    except (SessionError, NetBIOSError) as error:
        raise OSError(str(error)) from error
    finally:
        with suppress(Exception):  # the door may have shut on it: nothing more to say to the server
            session.close()


def disk_shares(session: Any) -> list[str]:  # noqa: ANN401 - impacket has no types
    """Name the shares that hold files: those that the server lists, else those that open by a usual name."""
    from impacket.smbconnection import SessionError  # noqa: PLC0415 - see smb_session

    listed = [str(share["shi1_netname"]).rstrip("\0") for share in session.listShares()]
    names = [name for name in listed if name.upper() not in {"IPC$", "PRINT$"}]
    if names:
        return names
    for name in (SERVICES, HOMES, SYSVOL, ADMIN, DRIVE):
        with suppress(SessionError):
            session.disconnectTree(session.connectTree(name))
            names.append(name)
    return names


@contextmanager
def ssh_session(target: Target, account: Account, port: int) -> Iterator["Transport"]:
    """Log on over SSH.

    Raises:
        OSError: it does not answer, or refuses the account.
    """
    import paramiko  # noqa: PLC0415 - half a second to load, which only these acts need

    try:
        line = paramiko.Transport(socket.create_connection((target.address, port), timeout=_PATIENCE))
    except paramiko.SSHException as error:
        raise OSError(str(error)) from error
    try:
        line.start_client(timeout=_PATIENCE)
        line.auth_password(account.user, account.opens)
        yield line
    except (paramiko.SSHException, EOFError) as error:
        raise OSError(str(error)) from error
    finally:
        line.close()


def try_ssh_password(target: Target, user: str, password: str, port: int) -> None:
    """Try one password over SSH; whatever the answer, the session ends there.

    Raises:
        OSError: the server does not answer.
    """
    import paramiko  # noqa: PLC0415 - half a second to load, which only these acts need

    line = paramiko.Transport(socket.create_connection((target.address, port), timeout=_PATIENCE))
    try:
        line.start_client(timeout=_PATIENCE)
        with suppress(paramiko.AuthenticationException):
            line.auth_password(user, password)
    except (paramiko.SSHException, EOFError) as error:
        raise OSError(str(error)) from error
    finally:
        line.close()
