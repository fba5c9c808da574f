import pytest

from cloison.errors import BadMapError
from cloison.ui.web.map_on_disk import MapOnDisk

MAP = 'format = 1\nname = "{name}"\n'


def test_the_map_is_read_again_when_its_file_changes_and_only_then(tmp_path):
    path = tmp_path / "hospital.toml"
    disk = MapOnDisk(path)
    assert disk.hospital() is None
    assert disk.name() == ""
    path.write_text(MAP.format(name="Avant"))
    first = disk.hospital()
    assert first is disk.hospital()
    path.write_text(MAP.format(name="Après, plus long"))
    assert disk.name() == "Après, plus long"
    path.unlink()
    assert disk.hospital() is None


def test_a_map_with_mistakes_is_told_but_never_breaks_the_frame(tmp_path):
    path = tmp_path / "hospital.toml"
    path.write_text("format = 1\nname = 3\n")
    with pytest.raises(BadMapError):
        MapOnDisk(path).hospital()
    assert MapOnDisk(path).name() == ""
