"""What a program inside a running range says."""

import json
import subprocess
import sys

from cloison.model.hospital import ZoneId
from cloison.ops.ranging import entering


def in_zone(folder, zone, program, argument):
    """Run a Python program in a zone with one JSON argument; give the JSON that it prints."""
    argv = entering(folder, [sys.executable, "-c", program, json.dumps(argument)], zone=ZoneId(zone))
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
