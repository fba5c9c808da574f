"""The imaging zone's receiving end: dcmtk's storescp takes the earlier images that the archive moves there."""

from cloison.rehearse.range.part import Part
from cloison.rehearse.range.place import Place


class Modalities(Part):
    """One receiver for the zone: its hosts share a network, and it answers on every address, under any title."""

    name = "modalities"
    roles = frozenset({"modality"})
    tcp = (104,)
    programs = (("storescp", "dcmtk"),)

    def start(self, place: Place) -> None:
        """See `Part`."""
        # The console shows the images and forgets them: nothing is kept.
        argv = ["storescp", "--fork", "--ignore", "--promiscuous", "--acse-timeout", "5", str(self.setting.port(104))]
        self.process = place.spawn(argv, name=self.name, folder=self.folder)


PART = Modalities
