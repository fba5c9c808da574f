from datetime import UTC, datetime

from cloison.model.sensor import Sensor
from cloison.ops.bulletin import Bulletin
from cloison.ops.crisis_health import DoorsHealth
from cloison.store.settings import OnCall
from cloison.ui.bulletins import bulletin_document
from cloison.ui.languages import Translator
from cloison.words import say

NOW = datetime(2026, 3, 2, 2, 41, tzinfo=UTC)


def test_the_document_says_each_thing_in_the_readers_language():
    told = Bulletin(
        at=NOW,
        hospital="CH de l’Exemple",
        on_call=OnCall(name="A. Durand", telephone="5501"),
        cases=(),
        sensors=(Sensor(id="conn", kind="zeek-tsv", last_record_at=None, heard_at=NOW, remarks=(say("Doors"),)),),
        doors=DoorsHealth(),
        notices=(),
        kit_at=None,
        kit_old=True,
    )
    document = bulletin_document(told, Translator("fr"))
    assert document["at"] == "2026-03-02T02:41:00Z"
    assert document["on_call"] == {"name": "A. Durand", "telephone": "5501"}
    assert document["sensors"][0]["remarks"] == ["Portes"]
    assert (document["cases"], document["kit_made_at"], document["kit_old"]) == ([], None, True)
