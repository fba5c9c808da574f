import subprocess
import sys

from tests.ingest.packets import ethernet, ipv4, pcap, udp

from cloison.ingest import metering


def meter(path):
    return subprocess.run(
        [sys.executable, "-I", metering.__file__, str(path)], capture_output=True, text=True, check=False
    )


def test_a_line_holds_every_column(tmp_path):
    path = tmp_path / "one.pcap"
    path.write_bytes(pcap([(0, ethernet(ipv4("10.0.0.1", "10.0.0.2", 17, udp(1111, 2222, b"abcd"))))]))
    done = meter(path)
    assert done.returncode == 0
    flow = dict(zip(metering.COLUMNS, done.stdout.removesuffix("\n").split("\t"), strict=True))
    assert (flow["src_ip"], flow["dst_port"], flow["src2dst_bytes"]) == ("10.0.0.1", "2222", "4")


def test_what_is_no_capture_is_refused_with_the_reason(tmp_path):
    path = tmp_path / "none.pcap"
    path.write_bytes(b"not a capture at all")
    done = meter(path)
    assert done.returncode == metering.REFUSED
    assert done.stdout == ""
    assert "unknown file format" in done.stderr
