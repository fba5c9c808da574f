from datetime import timedelta

import pytest
from tests.rehearse.range.furnished import places, setting_in

from cloison.errors import RangeError
from cloison.rehearse.range.furnishing import furnish, known_part, known_parts, lacking, start_all
from cloison.rehearse.range.part import Part
from cloison.rehearse.range.parts.clock import Clock


@pytest.mark.parametrize("name", known_parts())
def test_every_part_says_where_it_stands_and_what_it_needs(name):
    part = known_part(name)
    assert part is known_parts()[name]
    assert part.name == part.__module__.rpartition(".")[2] == name
    assert part.roles
    assert part.__doc__ != Part.__doc__


def test_each_part_stands_in_each_zone_that_has_a_host_for_it(tmp_path):
    stood = {(part.name, part.zone) for part in furnish(setting_in(tmp_path))}
    assert {("pacs", "serveurs"), ("modalities", "imagerie"), ("remote", "pilotage"), ("share", "identite")} <= stood
    assert ("pacs", "unites") not in stood


def test_what_is_not_installed_is_named_with_the_way_to_get_it(tmp_path):
    class Rare(Clock):
        programs = (("cloison-nowhere", "paquet-rare"),)
        modules = ("module_qui_manque",)

    rare = Rare(setting_in(tmp_path), "identite")
    wanted = {"cloison-nowhere": "apt install paquet-rare", "module_qui_manque": "pip install 'cloison[range]'"}
    assert lacking([rare]) == wanted
    with pytest.raises(RangeError, match="cloison-nowhere, module_qui_manque"):
        start_all([rare], places(), patience=timedelta(seconds=1))


def test_a_part_that_cannot_start_says_so_and_takes_the_others_with_it(tmp_path):
    class Broken(Clock):
        def start(self, place):
            self.process = place.spawn(["false"], name=self.name, folder=self.folder)

    setting = setting_in(tmp_path)
    parts = [*furnish(setting, only=["printing"]), Broken(setting, "identite")]
    with pytest.raises(RangeError, match="clock did not start in identite"):
        start_all(parts, places(), patience=timedelta(seconds=20))
    assert not any(part.alive() for part in parts)
