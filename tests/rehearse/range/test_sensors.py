"""What crosses the router is seen by its sensors, and read by our own readers."""

import time

from tests.rehearse.range.seen import in_zone

from cloison.ingest.reading import open_reading
from cloison.rehearse.range.sensors import Sensors

KNOCK = """
import socket
with socket.socket() as one:
    one.bind(("10.26.0.21", 0))
    one.connect_ex(("10.52.0.10", 443))
print("null")
"""


def test_captures_and_flows_tell_of_a_connection(running_range):
    in_zone(running_range, "urgences", KNOCK, None)
    sensors = Sensors(folder=running_range / "sensors")
    for folder in (sensors.captures, sensors.flows):
        until = time.monotonic() + 20
        while "10.52.0.10" not in (seen := targets(folder)) and time.monotonic() < until:
            time.sleep(0.5)
        assert "10.52.0.10" in seen


def targets(folder):
    batches = open_reading([folder]).batches()
    return {host for batch in batches for frame in batch.values() if "dst" in frame for host in frame["dst"].to_list()}
