import pytest
from tests.detect.traffic import batch, flow, fold, http, in_order, rpc, smb

from cloison.detect.admin_acts import Act, acts_of
from cloison.detect.detectors.admin_reach import DETECTOR
from cloison.detect.fold import Fold


class _Tables:
    """Lets the fold prepare tables, and keeps them."""

    name, key = "keeper", "src"
    reads = DETECTOR.reads

    def watch(self, _):
        return self

    def step(self, tables):
        self.tables = tables

    def findings(self):
        return []


def acts(*rows):
    keeper = _Tables()
    folded: Fold = fold(keeper)
    folded.step(batch(in_order(rows)))
    folded.findings()
    return acts_of(keeper.tables).select("family", "act", "means").rows()


@pytest.mark.parametrize(
    ("port", "family"), [(445, "smb"), (139, "smb"), (135, "rpc"), (3389, "rdp"), (22, "ssh"), (5986, "winrm")]
)
def test_a_port_tells_the_family(port, family):
    assert acts(flow(0, "10.0.0.1", "10.0.0.2", port)) == [(family, Act.SESSION, None)]


def test_a_protocol_that_the_sensor_names_counts_on_any_port():
    assert acts(flow(0, "10.0.0.1", "10.0.0.2", 2222, service="ssh")) == [("ssh", Act.SESSION, None)]


@pytest.mark.parametrize(
    "row",
    [
        flow(0, "10.0.0.1", "10.0.0.2", 443),
        flow(0, "10.0.0.1", "10.0.0.2", 445, answered=False),
        flow(0, "10.0.0.1", "10.0.0.2", 445, answered=None, dst_bytes=None),
        flow(0, "10.0.0.1", "10.0.0.2", 3389, src_bytes=0, dst_bytes=0),
        flow(0, "10.0.0.1", "198.51.100.1", 445),
        flow(0, "198.51.100.1", "10.0.0.1", 22),
        flow(0, "10.0.0.1", "10.0.0.1", 445),
        rpc(0, "10.0.0.1", "10.0.0.2", "samr", "SamrConnect5"),
        rpc(0, "10.0.0.1", "10.0.0.2", "svcctl", "OpenSCManagerW"),
    ],
)
def test_what_is_no_administration_of_another_machine_inside_does_not_count(row):
    assert acts(row) == []


@pytest.mark.parametrize(
    ("share", "action", "act"),
    [
        (r"\\10.0.0.2\ADMIN$", "write", Act.WRITE),
        (r"\\10.0.0.2\c$", "rename", Act.WRITE),
        ("C$", "open", Act.SHARE),
        (r"\\10.0.0.2\IPC$", "open", Act.SESSION),
        (r"\\10.0.0.2\services", "write", Act.SESSION),
        (None, "open", Act.SESSION),
    ],
)
def test_a_share_tells_administrators_from_users(share, action, act):
    assert acts(smb(0, "10.0.0.1", "10.0.0.2", share, action)) == [("smb", act, None)]


@pytest.mark.parametrize(
    ("endpoint", "operation", "means"),
    [
        ("svcctl", "CreateServiceW", "service"),
        ("ITaskSchedulerService", "SchRpcRegisterTask", "task"),
        ("IWbemServices", "ExecMethod", "wmi"),
    ],
)
def test_a_call_that_runs_a_program_says_by_what_means(endpoint, operation, means):
    assert acts(rpc(0, "10.0.0.1", "10.0.0.2", endpoint, operation)) == [("rpc", Act.RUN, means)]


@pytest.mark.parametrize(
    ("endpoint", "operation", "means"),
    [
        ("atsvc", "NetrJobAdd", "at"),
        ("IDispatch", "Invoke", "dcom"),
        ("00020400-0000-0000-c000-000000000046", "opnum 6", "dcom"),
    ],
)
def test_each_way_to_run_a_program_keeps_its_name(endpoint, operation, means):
    assert acts(rpc(0, "10.0.0.1", "10.0.0.2", endpoint, operation)) == [("rpc", Act.RUN, means)]


def test_the_pipe_of_a_program_that_runs_others_is_a_program_run():
    opened = smb(0, "10.0.0.1", "10.0.0.2", r"\\s\IPC$") | {"name": "PSEXESVC-PC-1-stdin"}
    assert acts(opened) == [("smb", Act.RUN, "service")]


def test_a_program_on_an_administrative_share_is_a_tool():
    row = smb(0, "10.0.0.1", "10.0.0.2", r"\\s\C$", "write")
    assert acts(row | {"name": r"temp\tool.EXE"}) == [("smb", Act.TOOL, None)]
    assert acts(row | {"name": r"temp\notes.txt"}) == [("smb", Act.WRITE, None)]
    assert acts(row | {"action": "open_denied", "name": "tool.exe"}) == []


@pytest.mark.parametrize(
    ("path", "more"),
    [("/wsman?PSVersion=5.1.18362.752", {"user_agent": "Microsoft WinRM Client"}), ("/wsman", {"user_agent": "Other"})],
)
def test_a_shell_over_web_services_is_a_program_run(path, more):
    assert acts(http(0, "10.0.0.1", "10.0.0.2", path, dst_port=5985, **more)) == [("winrm", Act.RUN, "winrm")]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/wsman", {"user_agent": "Microsoft WinRM Client"}),
        ("/wsman/SubscriptionManager/WEC", {"user_agent": "Microsoft WinRM Client"}),
        ("/wsman?PSVersion=5.1.18362.752", {"status": 401}),
        ("/wsman", {}),
    ],
)
def test_a_subscription_or_a_refusal_is_no_shell(path, more):
    assert acts(http(0, "10.0.0.1", "10.0.0.2", path, dst_port=5985, **more)) == []
