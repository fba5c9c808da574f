"""The image archive: Orthanc, which stores, finds, moves and shows (DICOM PS3.4, C and Q; its REST interface)."""

import json

from cloison.rehearse.range.part import Part
from cloison.rehearse.range.place import Place
from cloison.rehearse.range.setting import Host

TITLE = "PACS"
"""Application entity title of the archive."""

REST = 8042
"""Port of its REST interface, which only servers of its own zone use."""

_MOST_MEGABYTES = 512
"""Of images kept: the oldest patients make room for the newest."""


def title_of(host: Host) -> str:
    """Give the application entity title of a modality or a console: up to 16 characters (DICOM PS3.5, 6.2, VR AE)."""
    return host.id.upper().replace("-", "_")[-16:]


class Pacs(Part):
    """Orthanc on the hosts whose role is `pacs`; one for the zone."""

    name = "pacs"
    roles = frozenset({"pacs"})
    tcp = (104, REST)
    programs = (("Orthanc", "orthanc"),)

    def start(self, place: Place) -> None:
        """See `Part`."""
        port = self.setting.port(104)
        callers = [host for host in self.setting.having("modality", "workstation") if host.kind == "biomedical"]
        config = {
            "Name": "archive",
            "StorageDirectory": str(self.folder / "images"),
            "IndexDirectory": str(self.folder / "index"),
            "MaximumStorageSize": _MOST_MEGABYTES,
            "Plugins": [],
            "HttpPort": self.setting.port(REST),
            "RemoteAccessAllowed": True,
            "AuthenticationEnabled": False,
            "DicomPort": port,
            "DicomAet": TITLE,
            "DicomCheckCalledAet": False,
            # Any modality may store; only those named here may be sent images.
            "DicomModalities": {title_of(host): [title_of(host), host.address, port] for host in callers},
            "DicomScuTimeout": 5,
            "OverwriteInstances": True,
            # A range outlives no power cut: its images need not reach the disk one by one.
            "SyncStorageArea": False,
            "StableAge": 5,
            "ConcurrentJobs": 4,
            "JobsHistorySize": 10,
            "SaveJobs": False,
            "HttpVerbose": False,
        }
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps(config, indent=1), encoding="utf-8")
        self.process = place.spawn(["Orthanc", str(path)], name=self.name, folder=self.folder)


PART = Pacs
