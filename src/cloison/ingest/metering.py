"""A program of its own: meters the flows of one capture with nfstream, one line a flow on standard output.

Kept apart because nfstream forks, pins its process to some cores, prints, and dissects hostile bytes in C: were it
to hang or crash, only this process would. It is started by its path, imports nothing of Cloison, and leaves as
exit code 0 all read, 3 nfstream's process died, 4 nfstream refused the file (its reason on standard error).

Usage: metering.py CAPTURE
"""

import os
import sys
import threading
from multiprocessing import active_children
from types import ModuleType

COLUMNS = (
    "src_ip",
    "src_port",
    "dst_ip",
    "dst_port",
    "protocol",
    "vlan_id",
    "src_mac",
    "dst_mac",
    "bidirectional_first_seen_ms",
    "bidirectional_last_seen_ms",
    "src2dst_packets",
    "dst2src_packets",
    "src2dst_bytes",
    "dst2src_bytes",
    "src2dst_syn_packets",
    "src2dst_ack_packets",
    "src2dst_fin_packets",
    "src2dst_rst_packets",
    "dst2src_syn_packets",
    "dst2src_rst_packets",
    "application_is_guessed",
    "application_name",
)
"""Columns of a line, tab separated, by nfstream's names; bytes are payload."""

CRASHED, REFUSED = 3, 4
_PAYLOAD_ACCOUNTING = 3
_IDLE_SECONDS, _ACTIVE_SECONDS = 300, 86_400
"""A connection ends after 5 minutes of silence, as in Zeek; it is not cut into pieces before a day."""


def main(path: str) -> int:
    """Print the capture's flows in the order in which they end."""
    # nfstream imports pandas only to export with it; two thirds of the start-up time go there.
    sys.modules["pandas"] = ModuleType("pandas")
    from nfstream import NFStreamer  # noqa: PLC0415  # after the line above

    # nfstream prints warnings on standard output: lines go to a copy, and the rest to nowhere.
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123  # nothing of pathlib is needed here
        os.dup2(nowhere.fileno(), 1)
    streamer = NFStreamer(
        source=path, statistical_analysis=True, accounting_mode=_PAYLOAD_ACCOUNTING, n_meters=1,
        idle_timeout=_IDLE_SECONDS, active_timeout=_ACTIVE_SECONDS,
    )  # fmt: skip
    done = threading.Event()
    threading.Thread(target=_leave_if_the_meter_dies, args=(done,), daemon=True).start()
    try:
        for flow in streamer:
            lines.write("\t".join([str(getattr(flow, column)) for column in COLUMNS]) + "\n")
    except ValueError as reason:
        sys.stderr.write(f"{reason}\n")
        return REFUSED
    finally:
        done.set()
        lines.flush()
    return 0


def _leave_if_the_meter_dies(done: threading.Event) -> None:
    """End this process when nfstream's child crashed: nfstream itself would wait for it for ever."""
    while not done.wait(0.2):
        if any(child.exitcode not in {None, 0} for child in active_children()):
            os._exit(CRASHED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
