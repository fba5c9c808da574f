"""What care leaves on the network: images, results, prescriptions, monitors, the patient record."""

import numpy as np
from numpy.random import Generator

from cloison.rehearse.families.office import log_tls
from cloison.rehearse.habit import Day, Habit
from cloison.rehearse.rhythm import CARE, DAY, THEATRE, moments, sizes

ENGINES = ("hl7-engine",)

MESSAGES = (
    Habit(who=ENGINES, whom=(*ENGINES, "worklist"), service="tcp/2575", per_day=900, rhythm=CARE, seconds=0.3,
          up=1400, down=180, sigma=0.5, refused=0.004),
    Habit(who=("worklist",), whom=ENGINES, service="tcp/2575", per_day=400, rhythm=THEATRE, seconds=0.3, up=3500,
          down=180, sigma=0.6),
    Habit(who=("medical-device",), whom=ENGINES, service="tcp/2575", per_day=60, rhythm=CARE, seconds=0.3, up=1100,
          down=180, sigma=0.4),
    Habit(who=("analyser",), whom=("web-server",), service="tcp/2575", per_day=380, rhythm=CARE, seconds=0.5, up=1900,
          down=200, sigma=0.5),
)  # fmt: skip
WORKLISTS = Habit(who=("modality",), whom=("worklist",), service="tcp/104", app="dicom", every=150, jitter=0.02,
                  seconds=0.4, up=900, down=6000, sigma=0.3)  # fmt: skip
PRIORS = Habit(who=("pacs",), whom=("modality",), service="tcp/104", app="dicom", per_day=60, rhythm=THEATRE,
               seconds=20, up=40_000_000, down=60_000, sigma=0.9)  # fmt: skip
READING = Habit(who=("workstation",), whom=("web-server", "pacs"), service="tcp/443", app="ssl", per_day=7,
                rhythm=CARE, seconds=40, up=9000, down=9_000_000, sigma=1.2, listed=True)  # fmt: skip
ARCHIVING = Habit(who=("pacs",), whom=("file-server",), service="tcp/445", app="gssapi,smb,krb", every=900,
                  seconds=60, up=120_000_000, down=90_000, sigma=0.5)  # fmt: skip
DATABASE = Habit(who=("web-server", "hl7-engine"), whom=("database-server",), service="tcp/1433", per_day=1600,
                 rhythm=CARE, seconds=0.6, up=2500, down=14_000, sigma=1.1)  # fmt: skip
STATISTICS = Habit(who=("database-client",), whom=("database-server",), service="tcp/1433", per_day=60, rhythm=CARE,
                   seconds=20, up=6000, down=12_000_000, sigma=1.0)  # fmt: skip
LETTERS = Habit(who=("web-server",), whom=("file-server",), service="tcp/445", app="gssapi,smb,krb", per_day=60,
                rhythm=CARE, seconds=4, up=160_000, down=9000, sigma=0.7, listed=True)  # fmt: skip
MONITORS = Habit(who=("patient-monitor",), whom=("monitoring-station",), service="tcp/2050", every=1800, seconds=1795,
                 up=2_300_000, down=90_000, sigma=0.02, refused=0, silent=0)  # fmt: skip

SERIES = (
    ("Scanner", 34, 260e6, 0.7),
    ("IRM", 18, 190e6, 0.6),
    ("Radiologie", 42, 26e6, 0.5),
    ("Mammo", 16, 90e6, 0.3),
    ("", 24, 45e6, 0.9),
)
"""(beginning of the name, examinations a day, bytes of one, spread): 500 slices of 512² for CT, two plates for CR."""

TELERADIOLOGY_BYTES = 320e6
"""One urgent CT sent to the partner who reads at night."""


def live(day: Day) -> None:
    """Add what care does."""
    rng = day.rng("care")
    day.follow_all(rng, (*MESSAGES, WORKLISTS, PRIORS, ARCHIVING, DATABASE, STATISTICS, LETTERS, MONITORS))
    day.detail(rng, READING, lambda _, whom, flows: log_tls(day, whom, flows))
    _examinations(day, day.rng("examinations"))
    _second_readings(day, day.rng("teleradiology"))


def _examinations(day: Day, rng: Generator) -> None:
    """Each examination is sent by the modality that made it, in one to three associations."""
    hosts = day.hosts
    names = {str(asset.id): asset.name for asset in day.hospital.assets}
    for who, whom in day.declared.partners(hosts, hosts.having("modality"), hosts.having("pacs"), "tcp/104"):
        for modality in who.tolist():
            called = names.get(str(hosts.name[modality]), "")
            _, per_day, size, sigma = next(row for row in SERIES if called.startswith(row[0]))
            parts = rng.integers(1, 4, rng.poisson(per_day))
            at = np.repeat(moments(rng, THEATRE, len(parts)), parts) + rng.random(int(parts.sum())) * 240
            at = at[at < DAY]
            up = sizes(rng, size / 2, sigma, len(at))
            day.tape.connect(
                rng,
                at=at,
                src=np.full(len(at), hosts.address[modality]),
                dst=np.full(len(at), hosts.address[whom[0]]),
                port=104,
                service="dicom",
                seconds=up / 22e6 + 0.5,
                up=up,
                down=up / 900,
                refused=0.004,
            )


def _second_readings(day: Day, rng: Generator) -> None:
    """Urgent examinations leave for the partner in the evening and at night: large, and legitimate."""
    hosts = day.hosts
    evening = (4, 3, 3, 2, 2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 5, 6, 6, 6, 5, 5)
    for who, whom in day.declared.partners(
        hosts, hosts.having("dicom-gateway"), hosts.having("teleradiology"), "tcp/443"
    ):
        at = moments(rng, evening, int(rng.integers(22, 34)))
        up = sizes(rng, TELERADIOLOGY_BYTES, 0.4, len(at))
        target = whom[rng.integers(0, len(whom), len(at))]
        flows = day.tape.connect(
            rng,
            at=at,
            src=np.full(len(at), hosts.address[who[0]]),
            dst=hosts.address[target],
            port=443,
            service="ssl",
            seconds=up / 9e6,
            up=up,
            down=up / 700,
        )
        log_tls(day, target, flows)
