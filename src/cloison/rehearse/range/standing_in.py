"""Something answers on each service that the map declares: a plain listener, where no real server of the range does.

A door is proved closed by a connection that was open before and carries nothing any more: where nobody answers behind
it, nothing can be proved. Given ADDRESS:PORT words, `python -m` this module listens until ended, and says nothing.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from cloison.model.hospital import Hospital
from cloison.rehearse.range.layout import RangeLayout

MODULE = "cloison.rehearse.range.standing_in"

_EACH = 2
"""Systems of a zone that have one for a service: a proof wants one answer."""


def wanted(layout: RangeLayout, zone: str) -> tuple[str, ...]:
    """Give ADDRESS:PORT for each TCP service by which a conduit enters a zone, on its first systems."""
    ports = sorted(_ports(layout.hospital, zone))
    assets = [asset.id for asset in layout.hospital.assets if asset.zone == zone]
    hosts = next(one.hosts for one in layout.compartments if one.zone == zone)
    addresses = [hosts[asset] for asset in assets if asset in hosts][:_EACH]
    return tuple(f"{address}:{port}" for port in ports for address in addresses)


def _ports(hospital: Hospital, zone: str) -> set[int]:
    services = (service for one in hospital.conduits if one.to == zone for service in one.services)
    return {
        int(rest.partition("-")[0]) for name, _, rest in (each.partition("/") for each in services) if name == "tcp"
    }


async def listen(words: Sequence[str]) -> list[asyncio.Server]:
    """Listen where nobody does; a connection stays open until its opener ends it, and nothing is said on it."""
    servers = []
    for word in words:
        host, _, port = word.rpartition(":")
        with suppress(OSError):  # a real server answers there
            servers.append(await asyncio.start_server(_keep, host, int(port)))
    return servers


async def _keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while await reader.read(4096):
            pass
    writer.close()


async def _stay(words: Sequence[str]) -> None:
    servers = await listen(words)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_stay(sys.argv[1:]))
