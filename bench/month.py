"""A month of a 3,000-host hospital's connections, one Zeek conn.log a day."""

from pathlib import Path

from bench import conn_log

DAYS = 30


def write(folder: Path, lines_a_day: int, *, days: int = DAYS) -> int:
    """Write the days; the hosts keep their habits, what they do differs. Give the number of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in range(days):
        begin = conn_log.FIRST + day * conn_log.DAY
        conn_log.write(folder / f"conn.{day + 1:02}.log", lines_a_day, seed=day, begin=begin)
    return days * lines_a_day
