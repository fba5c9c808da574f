import pytest
from tests.detect.traffic import DAY, findings_of, rpc

from cloison.detect.detectors.forced_logon import DETECTOR

BAD, SERVER = "10.1.0.7", "10.2.0.1"


@pytest.mark.parametrize(
    ("endpoint", "operation"),
    [
        ("efsrpc", "EfsRpcOpenFileRaw"),
        ("netdfs", "NetrDfsAddStdRoot"),
        ("spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx"),
        ("FileServerVssAgent", "IsPathShadowCopied"),
    ],
)
def test_fires_on_the_first_call(endpoint, operation):
    (one,) = findings_of([rpc(5, BAD, SERVER, endpoint, operation)], DETECTOR)
    assert (one.technique, one.sources, one.targets) == ("T1187", (BAD,), (SERVER,))


def test_quiet_on_ordinary_printing():
    assert findings_of([rpc(5, BAD, SERVER, "spoolss", "RpcOpenPrinter")], DETECTOR) == ()


def test_quiet_on_a_print_server_once_its_clients_are_known():
    rows = [
        rpc(i, f"10.1.0.{i}", SERVER, "spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx") for i in range(20)
    ]
    assert len(findings_of(rows, DETECTOR)) == DETECTOR.popular - 1


def test_quiet_on_habit():
    rows = [rpc(day * DAY, BAD, SERVER, "efsrpc", "EfsRpcOpenFileRaw") for day in range(9)]
    assert len(findings_of(rows, DETECTOR)) == 1
