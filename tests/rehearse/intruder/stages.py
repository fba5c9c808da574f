"""Acts on the tiny hospital of the loopback, at a speed that leaves no time to wait."""

from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.intruder.agent import carry_out
from cloison.rehearse.intruder.bounds import Bounds
from cloison.rehearse.intruder.conductor import found_accounts
from cloison.rehearse.intruder.outward import serve
from cloison.rehearse.intruder.stage import Order, Target
from cloison.rehearse.intruder.truth import read_truth

__all__ = ["OUTSIDE", "act", "open_outside", "order", "read_truth", "setting_in", "standing", "target"]

FAST = 60_000.0
"""A minute of the story is a millisecond."""

OUTSIDE = Target(name="dehors", address="127.0.66.1")
SOURCE = "127.0.61.9"


def order(folder, name, *targets, setting=None, speed=FAST, **more):
    """Give an order on the loopback."""
    known = {
        "source": SOURCE,
        "networks": ("127.0.0.0/8",),
        "accounts": found_accounts(setting) if setting else (),
        "people": tuple(one.name for one in setting.people) if setting else (),
        "shift": setting.shift if setting else 0,
        "bounds": Bounds(seconds=30),
        **more,
    }
    parameters = known.pop("parameters", {})
    return Order(act=name, parameters=parameters, targets=targets, speed=speed, folder=str(folder), **known)


def act(folder, name, *targets, **more):
    """Carry an act out, and give what it told: its name and the targets, in order."""
    folder.mkdir(exist_ok=True)
    carry_out(order(folder, name, *targets, **more))
    return [(deed.act, deed.target) for deed in read_truth(folder)]


def target(setting, name):
    """Give a host of the setting as a target."""
    return Target(name=name, address=setting.host(name).address)


def open_outside(folder, monkeypatch):
    """Answer outside, on ports that are free; acts are told of them by the shift of both."""
    plain, sealed = serve(OUTSIDE.address, folder, plain_port=0, sealed_port=0)
    moved = {80: plain, 443: sealed}
    monkeypatch.setattr("cloison.rehearse.intruder.stage.Stage.port", lambda _self, port: moved[port])
