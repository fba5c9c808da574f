"""Small Windows events, and how tests read them."""

import json

from tests.ingest.logs import read

SECURITY = "Microsoft-Windows-Security-Auditing"
SYSMON = "Microsoft-Windows-Sysmon"
NOON = "2026-01-01T12:00:00.250000Z"
HOST = "srv-1.example.org"


def element(number=4624, *, provider=SECURITY, channel="Security", time=NOON, computer=HOST, system=None, **own):
    """Give an event as Windows' own element, in JSON."""
    return {
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": provider}},
                "EventID": number,
                "Level": 0,
                "Task": 12544,
                "Opcode": 0,
                "Keywords": "0x8020000000000000",
                "TimeCreated": {"#attributes": {"SystemTime": time}},
                "Channel": channel,
                "Computer": computer,
                "Security": {"#attributes": {"UserID": "S-1-5-18"}},
                **(system or {}),
            },
            "EventData": own,
        }
    }


def lines(*objects):
    return "".join(json.dumps(each) + "\n" for each in objects)


def read_file(folder, text, name="events.json", **options):
    """Write a file and read it: (the reading, one table a kind)."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(file, **options)
