"""Buildings and telephones: machines that talk like clocks, day and night."""

from cloison.rehearse.habit import Day, Habit
from cloison.rehearse.rhythm import CARE

HABITS = (
    Habit(who=("building-supervisor",), whom=("plc",), service="tcp/502", app="modbus", every=600, each=True,
          seconds=590, up=60_000, down=75_000, sigma=0.05, silent=0.01),
    Habit(who=("building-supervisor",), whom=("plc",), service="udp/47808", app="bacnet", every=900, each=True,
          seconds=2, up=340, down=420, sigma=0.05, refused=0, silent=0.02),
    Habit(who=("recorder",), whom=("camera",), service="tcp/554", app="rtsp", every=3600, each=True, seconds=3590,
          up=90_000, down=700_000_000, sigma=0.02),
    Habit(who=("building-supervisor",), whom=("mail-server",), service="tcp/25", app="smtp", per_day=6, seconds=1,
          up=3000, down=400, sigma=0.3),
    Habit(who=("phone",), whom=("call-server",), service="udp/5060", app="sip", every=3300, jitter=0.02,
          seconds=0.2, up=1200, down=900, sigma=0.1, refused=0),
    Habit(who=("phone",), whom=("call-server",), service="udp/5060", app="sip", per_day=9, rhythm=CARE, seconds=90,
          up=3600, down=3300, sigma=0.6, refused=0),
    Habit(who=("phone",), whom=("phone",), service="udp/16384", app="rtp", per_day=7, rhythm=CARE, seconds=85,
          up=680_000, down=680_000, sigma=0.8, refused=0),
    Habit(who=("session-border-controller",), whom=("operator",), service="udp/5060", app="sip", every=60,
          jitter=0.01, seconds=0.1, up=500, down=450, sigma=0.02, refused=0),
)  # fmt: skip


def live(day: Day) -> None:
    """Add what buildings and telephones do."""
    day.follow_all(day.rng("plant"), HABITS)
