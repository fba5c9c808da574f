"""Shutting and opening many passages in one change of a real nftables, in a network namespace of its own."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from time import perf_counter

from cloison.enforce.drivers.nftables import DRIVER
from cloison.model.hospital import ConduitId, EnforcementPoint, EnforcementPointId, Level
from cloison.model.sealing import Crossing, DoorRules, Passing, Span, Structure, Vanishing

DOORS = (1, 50, 1_000, 5_000)
ROUNDS = 5
INSIDE = "--inside"


def main() -> None:
    """Run inside new namespaces, where that is allowed."""
    enter = ["unshare", "--user", "--map-root-user", "--net"]
    if shutil.which("nft") is None or subprocess.run([*enter, "nft", "list", "tables"], check=False).returncode:
        print("seal: not measured (nft and user namespaces are needed)")
        return
    subprocess.run([*enter, sys.executable, "-m", "bench.seal_bench", INSIDE], check=True, env=os.environ)


def inside() -> None:
    """Shut, read back, confirm and open, several times; print medians."""
    point = EnforcementPoint(id=EnforcementPointId("bench"), driver="nftables", address="local")
    device = DRIVER.device(point, folder=Path(), patience=timedelta(seconds=60))
    device.arm(Structure(point=point, doors=()))
    lease = timedelta(minutes=2)
    for count in DOORS:
        doors = [_door(number) for number in range(count)]
        acts = {
            "shut": lambda doors=doors: device.apply(doors, revert_after=lease),
            "read back": lambda doors=doors: device.held(doors),
            "confirm": lambda doors=doors: device.confirm(doors, lease=lease),
            "open": lambda doors=doors: device.remove(doors),
        }
        times: dict[str, list[float]] = {name: [] for name in acts}
        for _ in range(ROUNDS):
            for name, act in acts.items():
                began = perf_counter()
                act()
                times[name].append(perf_counter() - began)
        told = ", ".join(f"{name} {1000 * sorted(found)[ROUNDS // 2]:,.0f} ms" for name, found in times.items())
        print(f"seal: {count:>5,} passages in one change: {told}")


def _door(number: int) -> DoorRules:
    """Give a passage between two /24, one in two with a lifeline."""
    ends = {"source": _span(2 * number), "target": _span(2 * number + 1)}
    return DoorRules(
        conduit=ConduitId(f"passage-{number}"),
        level=Level.LIFELINE if number % 2 else Level.CLOSED,
        vanishing=Vanishing.STAY_SHUT if number % 3 else Vanishing.FAIL_OPEN,
        crossings=(Crossing(**ends),),
        passings=(Passing(**ends, protocol=6, ports=(104, 104)),) if number % 2 else (),
    )


def _span(number: int) -> Span:
    first = int(IPv4Address("10.0.0.0")) + 256 * number
    return Span(first=IPv4Address(first), last=IPv4Address(first + 255))


if __name__ == "__main__":
    inside() if INSIDE in sys.argv else main()
