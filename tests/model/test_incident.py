from pydantic import TypeAdapter

from cloison.model.incident import AssetSuspicion, Charge, Incident, Suspicion
from cloison.words import say


def test_an_incident_survives_being_written_and_read():
    charge = Charge(finding="abc", part="source", weight=0.7, reason=say("it scanned {n} hosts", n=40))
    suspect = AssetSuspicion(asset=None, address="10.0.0.1", zone="office", probability=0.7, ledger=(charge,))
    suspicion = Suspicion(assets=(suspect,), zones=(("office", 0.7),))
    incident = Incident(opened_at=None, first_act=None, findings=("abc",), suspicion=suspicion)
    adapter = TypeAdapter(Incident)
    assert adapter.validate_json(adapter.dump_json(incident, by_alias=True)) == incident
