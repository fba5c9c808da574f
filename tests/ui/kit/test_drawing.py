from xml.dom.minidom import parseString

from tests.enforce.wards import hospital

from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind
from cloison.ui.kit.drawing import section_svg
from cloison.ui.languages import Translator


def test_the_drawing_names_every_compartment_and_uses_no_colour():
    drawn = section_svg(hospital(), Translator("fr"))
    said = " ".join(node.firstChild.data for node in parseString(drawn).getElementsByTagName("text"))  # noqa: S318 - our own
    assert all(word in said for zone in hospital().zones for word in zone.name.split())
    assert "#" not in drawn


def test_a_name_that_would_be_markup_is_only_text():
    zone = Zone(id=ZoneId("a"), name="<script>&", kind=ZoneKind.OFFICE)
    drawn = parseString(section_svg(Hospital(name="x", zones=(zone,)), Translator("fr")))  # noqa: S318 - our own
    assert not drawn.getElementsByTagName("script")
