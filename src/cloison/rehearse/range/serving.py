"""Run one of our servers inside its zone: `python -m cloison.rehearse.range.serving PART SETTING ZONE`."""

import signal
import sys
from pathlib import Path

from cloison.rehearse.range.furnishing import known_part
from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.setting import Setting


def main(argv: list[str]) -> None:
    """Serve until told to end."""
    name, setting, zone = argv
    part = known_part(name)(Setting.load(Path(setting)), zone)
    if not isinstance(part, ServedPart):
        raise TypeError(name)
    # Servers hold threads that wait for ever: ending is leaving.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    part.serve()


if __name__ == "__main__":
    main(sys.argv[1:])
