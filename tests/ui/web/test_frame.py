from dataclasses import replace

from tests.ui.web.consoles import demonstration, live, session_of
from tests.ui.web.stories import night_story

from cloison.model.people import Role, Visitor
from cloison.ops.entrance import Client, rights_of
from cloison.store.sessions import Stage
from cloison.store.settings import ON_CALL, OnCall
from cloison.ui.web.frame import frame_of, frame_of_story
from cloison.ui.web.session import Asking, nobody_asks


def asking(console, role, stage=Stage.OPEN):
    opened = session_of(console, role, stage)
    person, session = opened.person, opened.session
    visitor = Visitor(name=person.name, rights=rights_of(person, session), person=person, csrf=session.csrf)
    return Asking(visitor, Client(address=""), stage, session)


def test_who_is_not_let_in_learns_nothing_from_the_frame(tmp_path):
    console = live(tmp_path)
    console.map.write_text('format = 1\nname = "CH de l’Exemple"\n')
    for stage in (Stage.SECOND, Stage.ENROL, Stage.LOCKED):
        frame = frame_of(console, asking(console, Role.ON_CALL, stage), "/")
        assert (frame.hospital, frame.places, frame.on_call, frame.strip) == ("", (), "", ())
    assert frame_of(console, nobody_asks(), "/").hospital == ""


def test_the_frame_says_where_one_is_who_is_on_call_and_what_one_may_open(tmp_path):
    console = live(tmp_path)
    console.map.write_text('format = 1\nname = "CH de l’Exemple"\n')
    ON_CALL.change(console.database, OnCall(name="B. Nuit", telephone="4242"), by="", now=console.clock())
    reader, officer = (
        frame_of(console, asking(console, role), "/carte") for role in (Role.READER, Role.SECURITY_OFFICER)
    )
    assert (reader.hospital, reader.on_call, reader.telephone) == ("CH de l’Exemple", "B. Nuit", "4242")
    assert {place.address for place in officer.places} - {place.address for place in reader.places} == {"/reglages"}
    assert reader.lock_after == 600


def test_a_screen_on_a_wall_does_not_lock(tmp_path):
    console = live(tmp_path)
    asked = asking(console, Role.READER)
    wall = replace(asked.visitor, person=replace(asked.person, wall=True))
    assert frame_of(console, replace(asked, visitor=wall), "/").lock_after == 0


def test_a_demonstrations_frame_is_its_storys(tmp_path):
    del tmp_path
    story = night_story()
    frame = frame_of(demonstration(story), nobody_asks(), "/")
    assert frame == frame_of_story(story, "/")
    assert frame.opened_at == story.incident.opened_at
