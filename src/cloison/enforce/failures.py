"""How a device fails, said the same way whatever it is reached by."""

from datetime import timedelta

from cloison.errors import BadValueError, DeviceError
from cloison.words import say, verbatim

_LAST_WORDS = 300


def unreachable(where: str, reason: str) -> DeviceError:
    """Say that nobody answers there."""
    return DeviceError(
        say("it cannot be reached: {reason}", reason=verbatim(reason[-_LAST_WORDS:])),
        fix=say("check the device and the network, then see how the doors stand with {command}", command=_STATE),
        where=where,
    )


def not_let_in(where: str) -> DeviceError:
    """Say that the password or key is wrong."""
    return DeviceError(
        say("it does not let us in: the password or key is wrong, or was revoked"),
        fix=say("enter it by hand, then write the right one where Cloison finds it"),
        where=where,
    )


def unknown_certificate(where: str, path: str) -> DeviceError:
    """Say that whoever answers there does not prove to be the device."""
    return DeviceError(
        say("nothing proves that it is the device: its certificate is not known here"),
        fix=say("put its certificate, or its authority's, in {path}", path=path),
        where=where,
    )


def late(where: str, patience: timedelta) -> DeviceError:
    """Say that it took too long."""
    return DeviceError(
        say("it did not answer within {seconds} s", seconds=patience.total_seconds()),
        fix=say("check the device and the network, then see how the doors stand with {command}", command=_STATE),
        where=where,
    )


def garbled(where: str) -> DeviceError:
    """Say that its answer makes no sense."""
    return DeviceError(
        say("it answers what nobody understands"),
        fix=say("check that its address and its driver in the map are those of one device"),
        where=where,
    )


def refused(where: str, words: str) -> DeviceError:
    """Say that it would not."""
    return DeviceError(
        say("it refused: {reason}", reason=verbatim(words[-_LAST_WORDS:])),
        fix=say("read its words; changing a firewall needs an administrator's rights there"),
        where=where,
    )


def unarmed(where: str) -> DeviceError:
    """Say that only its administrator can arm it."""
    return DeviceError(
        say("it does not have the structure, or has another one"),
        fix=say("have its administrator load what {command} prints", command="cloison arm --show"),
        where=where,
    )


def lapsed(where: str) -> DeviceError:
    """Say that a door to confirm is open."""
    return DeviceError(say("it had opened by itself before it was confirmed"), fix=say("seal again"), where=where)


def no_address(where: str, form: str) -> BadValueError:
    """Say that an address of the map is none."""
    return BadValueError(
        say("it is no address of a device"),
        fix=say("write it as one of: {forms}", forms=form),
        where=where,
    )


_STATE = "cloison seal"
