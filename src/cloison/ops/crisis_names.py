"""What people call the map's entries: an id is for the machine."""

from cloison.model.hospital import Hospital


def name_of(hospital: Hospital, entry: str) -> str:
    """Give the name of a machine or of a compartment; its id when it has none."""
    zone = next((zone.name for zone in hospital.zones if zone.id == entry), None)
    return zone or next((asset.name for asset in hospital.assets if asset.id == entry), "") or entry


def passage_of(hospital: Hospital, conduit: str) -> str:
    """Give the two ends of a passage, as "Administration → Identité"; its id when the map has lost it."""
    found = next((known for known in hospital.conduits if known.id == conduit), None)
    if found is None:
        return conduit
    return f"{name_of(hospital, found.from_)} → {name_of(hospital, found.to)}"
