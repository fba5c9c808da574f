"""One day of a hospital, written as Zeek logs."""

from datetime import UTC, datetime
from pathlib import Path

from cloison.model.hospital import Hospital
from cloison.rehearse import intrusion as intruder
from cloison.rehearse import leaks
from cloison.rehearse.families import care, identity, office, plant, upkeep
from cloison.rehearse.habit import Day
from cloison.rehearse.truth import Truth


def write_day(hospital: Hospital, folder: Path, *, seed: int, start: datetime, intrusion: bool = True) -> Truth:
    """Write a day of a map's traffic, and an intrusion into it: text only, nothing is sent anywhere.

    The machines come from the map (its systems by role, and some that it does not list), the traffic from
    habits of each role that the map's conduits declare, apart from a few known leaks. The same arguments
    always write the same bytes, and the intrusion only adds lines to the quiet day.

    Args:
        hospital: the map; roles that it lacks are traffic that the day lacks.
        folder: where the logs go; made if absent.
        seed: of everything that is drawn.
        start: midnight, local time, that the day begins at; aware.
        intrusion: False for the quiet day.

    Returns:
        What was written and what is true of it.
    """
    day = Day(hospital, seed)
    for family in (identity, office, care, plant, upkeep):
        family.live(day)
    known = leaks.live(day)
    acts = intruder.live(day, start.astimezone(UTC)) if intrusion else ()
    return Truth(start=start.astimezone(UTC), seed=seed, lines=day.tape.write(folder, start), leaks=known, acts=acts)
