"""Lines of tshark's fields, and what the readers of protocols make of them."""

from cloison.ingest.detail.frame import AGGREGATOR, BASE_FIELDS, Frame

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"


def frame(number, protocols, *, reply=False, stream="0", port="445", **fields):
    """Build a packet of a TCP conversation; a field's name is written with __ for its dots."""
    ends = (SERVER, CLIENT, port, "50000") if reply else (CLIENT, SERVER, "50000", port)
    known = {
        "frame.number": str(number), "frame.time_epoch": f"1700000000.{number:06d}000", "frame.protocols": protocols,
        "ip.src": ends[0], "ip.dst": ends[1], "tcp.srcport": ends[2], "tcp.dstport": ends[3], "tcp.stream": stream,
    }  # fmt: skip
    told = {name.replace("__", "."): value for name, value in fields.items()}
    known |= {name: AGGREGATOR.join(value) if isinstance(value, list) else value for name, value in told.items()}
    names = list(dict.fromkeys([*BASE_FIELDS, *known]))
    return Frame("\t".join(known.get(name, "") for name in names), {name: place for place, name in enumerate(names)})


def observe(reader, *frames):
    """Give the observations of some packets, then those that waited."""
    found = [row for packet in frames for row in reader.take(packet)]
    return [row for _, row in [*found, *reader.end()]]
