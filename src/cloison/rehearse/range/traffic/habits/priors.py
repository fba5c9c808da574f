"""Earlier images: a console asks the archive what it has, and has it sent (DICOM PS3.4 C, C-FIND and C-MOVE)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloison.rehearse.range.parts.pacs import title_of
from cloison.rehearse.range.traffic.errand import Errand
from cloison.rehearse.range.traffic.habits.images import associated
from cloison.rehearse.range.traffic.life import Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

PER_DAY = 20
_FIND, _MOVE = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"
"""Study root query, and retrieval: DICOM PS3.4, C.3."""
_PENDING = frozenset({0xFF00, 0xFF01})
_SENDING = 60.0


class Priors:
    """Consoles beside the modalities look at the last examination."""

    name = "priors"
    modules = ("pydicom", "pynetdicom")

    def draw(self, draft: "Draft") -> None:
        """See `Lived`. What is counted is the retrieval: images come by a connection that the archive opens."""
        from cloison.rehearse.rhythm import THEATRE  # noqa: PLC0415 - the zones draw nothing

        rng = draft.rng("retrievals")
        consoles = [host for host in draft.setting.having("workstation") if host.kind == "biomedical"]
        for console in consoles:
            for archive in draft.setting.having("pacs"):
                both = draft.allows(console, archive, "tcp/104") and draft.allows(archive, console, "tcp/104")
                for at in draft.moments(rng, PER_DAY, THEATRE) if both and console.zone != archive.zone else ():
                    draft.add(at, console, archive, "tcp/104", what={"patient": int(rng.integers(1, 400))}, back=True)

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: a question, and the retrieval of the first study that answers it; none is an answer too."""
        from pydicom.dataset import Dataset  # noqa: PLC0415 - of the `range` extra

        with associated(life, errand, _FIND, _MOVE, patience=_SENDING) as line:
            wanted = Dataset()
            wanted.QueryRetrieveLevel = "STUDY"
            wanted.PatientID = f"EX-{int(errand.what['patient']) % 100:02d}*"
            wanted.StudyInstanceUID = ""
            told = line.send_c_find(wanted, _FIND)
            answers = [found for status, found in told if found is not None and status.Status in _PENDING]
            if answers:
                study = Dataset()
                study.QueryRetrieveLevel = "STUDY"
                study.StudyInstanceUID = answers[-1].StudyInstanceUID
                *_, (status, _) = line.send_c_move(study, title_of(life.setting.host(errand.source)), _MOVE)
                if "Status" not in status or status.Status != 0:
                    raise ConnectionError(errand.source)
            yield from items


HABIT = Priors()
