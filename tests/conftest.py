"""What several tests need: a folder as a person would have it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import settings

from cloison.ops.range_keeping import Orders
from cloison.ops.ranging import started
from cloison.rehearse.day import write_day
from cloison.rehearse.range.entering import NEEDED, SENSING, hindrance
from cloison.rehearse.range.layout import RangeLayout, lay_out
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

# A loaded machine is no fault of the code. Each run draws other examples: fifty a run are many a week.
settings.register_profile("patient", deadline=None, max_examples=50)
settings.load_profile("patient")

DAY = datetime(2026, 3, 2, tzinfo=UTC)
SEED = 1

BAD_MAP = """format = 1
name = "Essai"
etage = 2
[[zone]]
id = "a"
name = "A"
kind = "ofice"
[[asset]]
id = "pc"
name = "PC"
zone = "b"
"""

RULE = """title: A tool of the house seen
id: 5f0e7a5e-6a4e-4a43-9d0c-6f1f3a1f0b11
status: test
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\outil.exe'
    condition: selection
level: low
tags: [attack.execution, attack.t1204]
"""


@pytest.fixture(scope="session")
def shipped_day(tmp_path_factory) -> Path:
    """A folder with the shipped map (hospital.toml) and its day with the intrusion (logs/)."""
    folder = tmp_path_factory.mktemp("shipped")
    with shipped_map() as path:
        (folder / "hospital.toml").write_bytes(Path(path).read_bytes())
    write_day(load(folder / "hospital.toml"), folder / "logs", seed=SEED, start=DAY)
    return folder


@pytest.fixture
def workshop(shipped_day, tmp_path) -> Path:
    """A copy that a test may change."""
    folder = tmp_path / "workshop"
    copytree(shipped_day, folder)
    (folder / "vide").mkdir()
    (folder / "photos").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (folder / "photos" / name).write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(512))
    (folder / "faux.toml").write_text(BAD_MAP)
    (folder / "regles").mkdir()
    (folder / "regles" / "outil.yml").write_text(RULE)
    (folder / "cle").mkdir()
    (folder / "phrase.txt").write_text("les portes se ferment la nuit\n")
    (folder / "phrase.txt").chmod(0o600)
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that no process is left alone with one of them at the end."""
    items.sort(
        key=lambda item: (
            item.path.name not in {"test_transcripts.py", "test_recordings.py", "test_spark.py", "test_pcap.py"}
        )
    )


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recordings that others made; they lie beside the project and are never copied into it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the recordings are not here (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def needs_range() -> None:
    """Skip, by name, where no range can be built."""
    skip_without_range()


def skip_without_range() -> None:
    refusal = hindrance((*NEEDED, *SENSING))
    if refusal:
        pytest.skip(str(refusal.problem))


@pytest.fixture(scope="session")
def layout() -> RangeLayout:
    """The shipped hospital, laid out as a range."""
    with shipped_map() as path:
        return lay_out(load(Path(path)))


@pytest.fixture(scope="session")
def running_range(tmp_path_factory) -> Iterator[Path]:
    """The folder of a running range: the network only."""
    skip_without_range()
    orders = Orders(
        folder=tmp_path_factory.mktemp("range") / "range",
        nonce="essai",
        origin=datetime(2026, 3, 2, 8, tzinfo=UTC),
        life=timedelta(hours=1),
        furnished=False,
    )
    with started(orders) as folder:
        yield folder
