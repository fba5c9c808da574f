"""Images: each examination is ordered, made, sent to the archive and reported (DICOM PS3.4 B, C-STORE)."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from cloison.rehearse.range.parts.pacs import TITLE, title_of
from cloison.rehearse.range.traffic.errand import Errand, Word
from cloison.rehearse.range.traffic.life import ANSWER, CONNECT, Life

if TYPE_CHECKING:  # the zones draw nothing
    from cloison.rehearse.range.traffic.timetable import Draft

SERIES = (
    ("Scanner", "CT", 34, 12, 512, 512),
    ("IRM", "MR", 18, 20, 256, 256),
    ("Radiologie", "CR", 42, 2, 1024, 840),
    ("Mammo", "MG", 16, 4, 1024, 768),
    ("", "US", 24, 5, 480, 640),
)
"""(beginning of the modality's name, DICOM modality, examinations a day, images each, rows, columns).

Fewer images than a real examination has (500 slices for CT): the protocol is real, the volume fits one machine.
"""

_CLASSES = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "MG": "1.2.840.10008.5.1.4.1.1.1.2",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
}
"""Storage classes: DICOM PS3.4, B.5."""

_ROOT = "2.25."
"""Root of identifiers made from a number: DICOM PS3.5, B.2."""

_SENDING = 25.0
"""Seconds before a modality gives an image up: its makers allow as much to a busy archive."""

_ORDER, _REPORT = 1500.0, 2400.0
"""Hospital seconds from the order to the examination, and from it to the report."""


class Images:
    """Modalities send what they make."""

    name = "images"
    modules = ("pydicom", "pynetdicom")

    def draw(self, draft: "Draft") -> None:
        """See `Lived`."""
        from cloison.rehearse.rhythm import THEATRE  # noqa: PLC0415 - the zones draw nothing

        rng = draft.rng("examinations")
        archive = draft.setting.having("pacs")
        desks = draft.setting.having("worklist")
        engines = [host for host in draft.setting.having("hl7-engine") if host.kind == "server"]
        for modality in draft.setting.having("modality"):
            near = [each for each in archive if draft.allows(modality, each, "tcp/104")]
            _, sort, per_day, images, rows, columns = next(one for one in SERIES if modality.label.startswith(one[0]))
            for at in draft.moments(rng, per_day, THEATRE) if near else ():
                patient = int(rng.integers(1, 400))
                made = max(1, int(rng.poisson(images)))
                what: dict[str, Word] = {"sort": sort, "rows": rows, "columns": columns, "patient": patient}
                draft.add(at, modality, near[0], "tcp/104", items=made, what=what)
                for engine in engines[:1]:
                    for desk in desks[:1]:
                        draft.add(
                            at - _ORDER,
                            engine,
                            desk,
                            "tcp/2575",
                            what={"kind": "ORM^O01", "patient": patient},
                            act="messages",
                        )
                        draft.add(
                            at + _REPORT,
                            desk,
                            engine,
                            "tcp/2575",
                            what={"kind": "ORU^R01", "patient": patient},
                            act="messages",
                        )

    def perform(self, life: Life, errand: Errand, items: Sequence[int]) -> Iterator[int]:
        """See `Lived`: one association, one C-STORE for each image."""
        made = [(item, image_of(errand, item)) for item in items]
        with associated(life, errand, made[0][1].SOPClassUID) as line:
            for item, image in made:
                status = line.send_c_store(image)
                if "Status" not in status or status.Status != 0:
                    raise ConnectionError(errand.target)
                yield item


@contextmanager
def associated(life: Life, errand: Errand, *classes: str, patience: float = _SENDING) -> Iterator[Any]:
    """Open an association with the archive from the source's own address (DICOM PS3.8, 7.1).

    Args:
        life: the zone's.
        errand: between whom.
        classes: what will be asked of it.
        patience: seconds before it is given up when it says nothing.

    Raises:
        OSError: it cannot be reached, or refuses.
    """
    from pynetdicom import AE  # noqa: PLC0415 - of the `range` extra

    source, target = life.ends(errand)
    machine = AE(ae_title=title_of(source))
    for each in classes:
        machine.add_requested_context(each)
    machine.connection_timeout, machine.acse_timeout = CONNECT, ANSWER
    machine.dimse_timeout = machine.network_timeout = patience
    where = (target.address, life.setting.port(errand.port))
    line = machine.associate(*where, ae_title=TITLE, bind_address=(source.address, 0))
    held = line.dul.socket
    try:
        if not line.is_established:
            raise ConnectionError(target.id)
        yield line
    finally:
        if line.is_established:
            line.release()
        # The library leaves it open when the other end has hung up.
        if held is not None and held.socket is not None:
            held.socket.close()


def image_of(errand: Errand, item: int) -> Any:  # noqa: ANN401 - a pydicom dataset
    """Make an image of an invented patient; the same errand and item give the same identifiers."""
    from pydicom.dataset import Dataset, FileMetaDataset  # noqa: PLC0415 - of the `range` extra
    from pydicom.uid import ImplicitVRLittleEndian  # noqa: PLC0415 - of the `range` extra

    what = errand.what
    sort, patient = str(what["sort"]), int(what["patient"])
    rows, columns = int(what["rows"]), int(what["columns"])
    draw = random.Random(f"{errand.source}/{errand.number}/{errand.at}")  # noqa: S311 - identifiers, not secrets
    study, series, base = (draw.getrandbits(112) for _ in range(3))
    image = Dataset()
    image.SOPClassUID = _CLASSES[sort]
    image.SOPInstanceUID = f"{_ROOT}{base + item}"
    image.StudyInstanceUID, image.SeriesInstanceUID = f"{_ROOT}{study}", f"{_ROOT}{series}"
    image.PatientName, image.PatientID = f"EXERCICE^{patient:04d}", f"EX-{patient:04d}"
    image.PatientBirthDate, image.PatientSex = "", "O"
    image.StudyDate, image.StudyTime, image.StudyID = "20260310", "080000", str(errand.number % 10**9)
    image.AccessionNumber, image.ReferringPhysicianName = f"A{errand.number}", ""
    image.Modality, image.SeriesNumber, image.InstanceNumber = sort, 1, item + 1
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = rows, columns
    image.BitsAllocated = image.BitsStored = 16
    image.HighBit, image.PixelRepresentation = 15, 0
    image.PixelData = phantom(rows, columns)
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    return image


@cache
def phantom(rows: int, columns: int) -> bytes:
    """Give the pixels of a test object: a disc, brighter inwards, with some noise; 16 bits, little-endian."""
    import numpy as np  # noqa: PLC0415 - only where images are made

    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    disc = np.clip(1.0 - np.hypot(x, y), 0, None) * 3000
    noise = np.random.default_rng(rows * columns).integers(0, 120, (rows, columns))
    pixels: bytes = (disc + noise).astype("<u2").tobytes()
    return pixels


HABIT = Images()
