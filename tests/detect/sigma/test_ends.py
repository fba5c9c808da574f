from tests.detect.sigma.events import event, table

from cloison.detect.sigma.ends import LONGEST, ends_of, told

ME = "srv-1.hopital.example"


def ends(event_id, channel="Security", **data):
    return ends_of(table([event(computer=ME, channel=channel, event_id=event_id, **data)])).row(0)


def test_a_logon_comes_from_its_address():
    assert ends(4624, IpAddress="::ffff:10.0.0.9") == ("10.0.0.9", ME)
    assert ends(4625, IpAddress="-", WorkstationName="PC-7") == ("pc-7", ME)


def test_a_machine_that_calls_itself_is_alone():
    for mine in ("::1", "127.0.0.1", "-", "SRV-1", ME.upper()):
        assert ends(4624, IpAddress=mine) == (ME, ME)


def test_credentials_used_elsewhere_go_there():
    assert ends(4648, TargetServerName="srv-2") == (ME, "srv-2")
    assert ends(4648, TargetServerName="localhost") == (ME, ME)


def test_a_connection_goes_where_it_was_initiated():
    sysmon = "Microsoft-Windows-Sysmon/Operational"
    assert ends(3, sysmon, Initiated="true", SourceIp="10.0.0.1", DestinationIp="192.0.2.1") == (ME, "192.0.2.1")
    assert ends(3, sysmon, Initiated="false", SourceIp="10.0.0.1", DestinationIp="10.0.0.2") == ("10.0.0.1", ME)
    assert ends(5156, Direction="%%14592", SourceAddress="10.0.0.3", DestAddress="10.0.0.1") == ("10.0.0.3", ME)


def test_an_event_that_names_nobody_is_its_computers():
    assert ends(1, Image="x") == (ME, ME)


def test_who_did_it_is_told_beside_and_the_number_of_the_event_is_not():
    event = {"EventID": "4720", "TargetUserName": "new", "SubjectUserName": "someone", "User": "-", "Status": "0x0"}
    assert told(event, ("EventID",)) == "SubjectUserName=someone · TargetUserName=new"
    assert told(event, ("TargetUserName", "User")) == "TargetUserName=new · SubjectUserName=someone"


def test_names_are_told_before_identifiers_and_codes_not_at_all():
    event = {"MemberSid": "S-1-5-21-1-2-3-500", "OperationType": "%%14674", "SubjectUserName": "someone"}
    assert told(event, ("OperationType", "MemberSid")) == "SubjectUserName=someone · MemberSid=S-1-5-21-1-2-3-500"


def test_a_rule_that_looked_at_nothing_telling_quotes_the_event():
    event = {"EventID": "4", "Task": "0", "process": "sshd", "payload": "Invalid user a", "level": "-"}
    assert told(event, ("EventID",)) == "process=sshd · payload=Invalid user a"


def test_a_program_is_told_once_and_what_was_typed_first():
    event = {"CommandLine": "sc.exe stop a", "Image": "C:\\Windows\\System32\\sc.exe"}
    assert told(event, ("CommandLine",)) == "CommandLine=sc.exe stop a"
    assert told(event, ("Image",)) == "CommandLine=sc.exe stop a · Image=C:\\Windows\\System32\\sc.exe"


def test_a_task_is_told_by_what_it_runs():
    task = "<?xml version='1.0'?><Task><Exec><Command>cmd.exe</Command>\n<Arguments>/c a</Arguments></Exec></Task>"
    assert told({"TaskContent": task}, ("TaskContent",)) == "TaskContent=cmd.exe /c a"
    assert told({"A": "<b><c>some</c> words</b>"}, ("A",)) == "A=some words"


def test_fields_are_told_short():
    shown = told({"A": "x" * 500, "B": "a\n  b"}, ("A", "C", "B"))
    assert shown.endswith("B=a b")
    assert len(shown) < LONGEST + 20
