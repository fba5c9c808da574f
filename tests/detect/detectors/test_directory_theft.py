from ipaddress import ip_address, ip_network

import pytest
from tests.detect.traffic import batch, findings_of, flow, fold, in_order, logon, rpc, smb

from cloison.detect.detectors.directory_theft import DETECTOR
from cloison.detect.live import Live
from cloison.model.hospital import Asset, AssetId, Hospital, Zone, ZoneId, ZoneKind

BAD, CONTROLLER = "10.1.0.7", "10.2.0.1"
SYNC = rpc(9, BAD, CONTROLLER, "drsuapi", "DRSGetNCChanges")


def hive(name, share=r"\\s\C$"):
    return smb(9, BAD, CONTROLLER, share) | {"name": name}


@pytest.mark.parametrize(
    ("row", "technique"),
    [
        (SYNC, "T1003.006"),
        (rpc(9, BAD, CONTROLLER, "lsarpc", "LsarRetrievePrivateData"), "T1003.004"),
        (rpc(9, BAD, CONTROLLER, "winreg", "BaseRegSaveKey"), "T1003.002"),
        (hive(r"Windows\NTDS\ntds.dit"), "T1003.003"),
        (hive(r"temp\lsass_612.dmp"), "T1003.003"),
        (hive("sam.save", r"\\s\ADMIN$"), "T1003.003"),
    ],
)
def test_fires_on_one_record(row, technique):
    (one,) = findings_of([row], DETECTOR)
    assert (one.technique, one.sources, one.targets) == (technique, (BAD,), (CONTROLLER,))


@pytest.mark.parametrize(
    "row",
    [
        rpc(9, BAD, CONTROLLER, "drsuapi", "DRSCrackNames"),
        rpc(9, BAD, CONTROLLER, "lsarpc", "LsarLookupNames3"),
        hive("ntds.dit", r"\\s\publique"),
        hive(r"radiologie\sample.txt"),
        hive(r"security\readme.txt"),
    ],
)
def test_quiet_on_ordinary_questions(row):
    assert findings_of([row], DETECTOR) == ()


def answers_kerberos(at):
    asked = flow(at, "10.1.0.3", BAD, 88)
    ticket = logon(at, "10.1.0.3", BAD, "carer", protocol="kerberos", dst_port=88)
    return asked, ticket


@pytest.mark.parametrize("answer", answers_kerberos(0))
def test_quiet_between_controllers_which_answer_kerberos(answer):
    assert findings_of([SYNC, answer], DETECTOR) == ()


@pytest.mark.parametrize("answer", answers_kerberos(20))
def test_fires_and_is_put_right_when_the_machine_answers_kerberos_later(answer):
    live = Live(fold(DETECTOR))
    first, second = (batch([row]) for row in in_order([SYNC, answer]))
    (told,), (righted,) = live.step(first), live.step(second)
    assert (told.id, told.confidence, righted.confidence) == (righted.id, 0.8, 0.1)
    assert "most likely it is one" in str(righted.explanation)
    assert findings_of([SYNC, answer], DETECTOR) == (righted,)


def test_quiet_for_a_controller_of_the_map_unless_it_takes_more_than_the_directory():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.IDENTITY, networks=(ip_network("10.0.0.0/8"),))
    asset = Asset(id=AssetId("a"), name="A", zone=ZoneId("z"), addresses=(ip_address(BAD),), role="domain-controller")
    hospital = Hospital(name="Essai", zones=(zone,), assets=(asset,))
    assert findings_of([SYNC], DETECTOR, hospital=hospital) == ()
    assert findings_of([SYNC, hive("ntds.dit")], DETECTOR, hospital=hospital) != ()
