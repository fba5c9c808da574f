"""Small logs, and how tests read them."""

import polars as pl

from cloison.ingest.formats.argus import Argus
from cloison.ingest.formats.eve import Eve
from cloison.ingest.formats.windows_json import WindowsJson
from cloison.ingest.formats.zeek_json import ZeekJson
from cloison.ingest.formats.zeek_tsv import ZeekTsv
from cloison.ingest.reading import open_reading

CONN = [
    "ts",
    "uid",
    "id.orig_h",
    "id.orig_p",
    "id.resp_h",
    "id.resp_p",
    "proto",
    "service",
    "duration",
    "orig_bytes",
    "resp_bytes",
    "conn_state",
    "history",
    "orig_pkts",
    "orig_ip_bytes",
    "resp_pkts",
    "resp_ip_bytes",
]

NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC


def tsv(path, fields, rows):
    """Write a Zeek log as text: its header, its rows."""
    head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", f"#path\t{path}"]
    head.append("#fields\t" + "\t".join(fields))
    lines = ["\t".join(str(row.get(field, "-")) for field in fields) for row in rows]
    return "\n".join([*head, *lines, "#close\t2026-01-01-13-00-00"]) + "\n"


def conn(seconds=0.0, src="192.0.2.10", dst="192.0.2.20", port=445, **other):
    """Give a connection that began some seconds after noon."""
    return {
        "ts": f"{NOON + seconds:.6f}",
        "uid": "Cx",
        "id.orig_h": src,
        "id.orig_p": 50000,
        "id.resp_h": dst,
        "id.resp_p": port,
        "proto": "tcp",
        "duration": "1.500000",
        "orig_bytes": 100,
        "resp_bytes": 200,
        "conn_state": "SF",
        "orig_pkts": 4,
        "orig_ip_bytes": 300,
        "resp_pkts": 5,
        "resp_ip_bytes": 400,
        **other,
    }


def text_formats(block_bytes):
    return [kind(block_bytes=block_bytes) for kind in (Argus, Eve, WindowsJson, ZeekJson, ZeekTsv)]


def read(*paths, block_bytes=1 << 20, reach=None, formats=None):
    """Read files to their end: (the reading, one table a kind)."""
    reading = open_reading(list(paths), formats=formats or text_formats(block_bytes), reach=reach)
    parts = {}
    for batch in reading.batches():
        for kind, table in batch.items():
            parts.setdefault(kind, []).append(table)
    return reading, {kind: pl.concat(tables) for kind, tables in parts.items()}


def read_text(folder, name, text, **options):
    """Write a file and read it."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(file, **options)
