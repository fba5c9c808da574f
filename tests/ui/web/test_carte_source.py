from tests.enforce.wards import hospital
from tests.ui.web.consoles import demonstration, live
from tests.ui.web.stories import mapless_story, night_story

from cloison.store.hospital_file import save
from cloison.ui.web.carte_source import _KEPT, known_of, warm


def test_a_demonstration_shows_its_story_and_names_its_records():
    console = demonstration(night_story())
    known = known_of(console)
    leak = known.overview.leaks.leaks[0]
    assert known.record_of(leak.hops[0].evidence).rpartition(":")[0] in known.files
    assert known_of(console).grounds is known.grounds


def test_a_map_made_ready_beside_is_the_one_that_the_first_visitor_sees(tmp_path):
    warm(live(tmp_path / "without")).join()
    console = live(tmp_path)
    save(console.map, hospital())
    warm(console).join()
    made = _KEPT[console].grounds_of(console.map_on_disk.hospital())
    assert known_of(console).grounds is made


def test_without_a_map_there_is_nothing_to_show(tmp_path):
    assert known_of(demonstration(mapless_story())) is None
    assert known_of(live(tmp_path)) is None


def test_a_new_map_is_made_ready_again(tmp_path):
    console = live(tmp_path)
    save(console.map, hospital())
    first = known_of(console)
    assert known_of(console).grounds is first.grounds
    save(console.map, hospital(driver="manual"))
    assert known_of(console).grounds is not first.grounds
