import pytest
from tests.ingest.windows.events import HOST, SECURITY

from cloison.ingest.windows.logons import LOGONS
from cloison.model.observations import SCHEMAS, Kind

DESKTOP = "Microsoft-Windows-TerminalServices-"
PEOPLE = {"SubjectUserName": "noor", "SubjectUserSid": "S-1-5-21-1", "TargetUserName": "Alix"}
FROM = {"IpAddress": "::ffff:192.0.2.1", "WorkstationName": "PC-1"}


@pytest.mark.parametrize(
    ("provider", "number", "fields", "expected"),
    [
        (SECURITY, 4624,
         {**PEOPLE, **FROM, "LogonType": "3", "AuthenticationPackageName": "NTLM", "LogonProcessName": "NtLmSsp ", "LmPackageName": "NTLM V2"},
         {"src": "192.0.2.1", "dst": HOST, "protocol": "ntlm", "user": "alix", "actor": "noor", "session": "network",
          "client_name": "pc-1", "success": True, "detail": "NtLmSsp NTLM V2"}),
        (SECURITY, 4624, {"LogonType": "10", "TargetUserName": "alix", "IpAddress": "127.0.0.1", "WorkstationName": "SRV-1"},
         {"src": "SRV-1", "protocol": "rdp", "session": "remote-interactive", "actor": None}),
        (SECURITY, 4624, {"LogonType": "5", "TargetUserName": "SYSTEM", "IpAddress": "-"}, {"src": None, "session": "service"}),
        (SECURITY, 4624, {"LogonType": "3", "LogonProcessName": "sshd"}, {"protocol": "ssh"}),
        (
            SECURITY, 4625,
            {"LogonType": "8", "LogonProcessName": "Advapi  ", "AuthenticationPackageName": "Negotiate", "ProcessName": "C:\\Programmes\\OpenSSH\\sshd.exe"},
            {"protocol": "ssh", "session": "network-cleartext", "success": False},
        ),
        (SECURITY, 4625, {**FROM, "TargetUserName": "alix", "LogonType": "3", "Status": "0xc000006d", "SubStatus": "0xC000006A"},
         {"success": False, "detail": "WRONG_PASSWORD"}),
        (SECURITY, 4625, {"Status": "0xc000006e", "SubStatus": "0x0"}, {"success": False, "detail": "0xc000006e"}),
        (SECURITY, 4648, {**PEOPLE, "TargetServerName": "srv-2", "TargetInfo": "cifs/srv-2", "ProcessName": "C:\\x.exe"},
         {"src": HOST, "dst": "srv-2", "user": "alix", "actor": "noor", "service": "cifs/srv-2", "detail": "explicit credentials, C:\\x.exe"}),
        (SECURITY, 4648, {**PEOPLE, "TargetServerName": "localhost"}, {"dst": HOST, "service": None}),
        (SECURITY, 4768, {**FROM, "TargetUserName": "alix", "ServiceName": "krbtgt", "Status": "0x0", "TicketEncryptionType": "0x17", "TicketOptions": "0x40810010"},
         {"src": "192.0.2.1", "dst": HOST, "dst_port": 88, "protocol": "kerberos", "user": "alix", "service": "krbtgt", "success": True,
          "detail": "AS encryption 0x17 options 0x40810010"}),
        (SECURITY, 4768, {"TargetUserName": "alix", "Status": "0x6"}, {"success": False, "detail": "AS KDC_ERR_C_PRINCIPAL_UNKNOWN"}),
        (SECURITY, 4768, {"TargetUserName": "alix", "Status": "0x0", "TicketEncryptionType": "0x17", "PreAuthType": "0"}, {"success": True, "detail": "AS encryption 0x17 no-preauth"}),
        (SECURITY, 4769, {"TargetUserName": "alix@EXAMPLE.ORG", "ServiceName": "SRV-2$", "Status": "0x0"},
         {"user": "alix", "service": "SRV-2$", "success": True, "detail": "TGS"}),
        (SECURITY, 4771, {"TargetUserName": "alix", "Status": "0x18"}, {"success": False, "detail": "AS KDC_ERR_PREAUTH_FAILED"}),
        (SECURITY, 4776, {"TargetUserName": "alix", "Workstation": "\\\\PC-1", "Status": "0xc0000064"},
         {"src": "PC-1", "client_name": "pc-1", "protocol": "ntlm", "success": False, "detail": "NO_SUCH_USER"}),
        (SECURITY, 4776, {"TargetUserName": "alix", "Status": "0x0"}, {"success": True, "detail": None, "src": None}),
        (SECURITY, 4778, {"AccountName": "alix", "ClientName": "PC-1", "ClientAddress": "192.0.2.1"},
         {"src": "192.0.2.1", "user": "alix", "success": True, "protocol": "rdp", "dst_port": 3389}),
        ("Microsoft-Windows-NTLM", 8004, {"UserName": "alix", "WorkstationName": "PC-1", "SChannelName": "SRV-2"},
         {"src": "PC-1", "dst": "SRV-2", "user": "alix", "protocol": "ntlm"}),
        (f"{DESKTOP}RemoteConnectionManager", 1149, {"Param1": "alix", "Param2": "", "Param3": "192.0.2.1"},
         {"src": "192.0.2.1", "user": "alix", "success": True, "protocol": "rdp"}),
        (f"{DESKTOP}LocalSessionManager", 21, {"User": "EXAMPLE\\alix", "Address": "192.0.2.1"},
         {"src": "192.0.2.1", "user": "alix", "success": True, "session": "remote-interactive"}),
        ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", 131, {"ClientIP": "192.0.2.1:5000"}, {"src": "192.0.2.1", "protocol": "rdp"}),
        ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", 140, {"IPString": "192.0.2.1"}, {"src": "192.0.2.1", "success": False}),
        ("OpenSSH", 4, {"payload": "Failed password for invalid user alix from 192.0.2.1 port 60096 ssh2"},
         {"src": "192.0.2.1", "dst_port": 22, "user": "alix", "success": False, "detail": "NO_SUCH_USER"}),
        ("OpenSSH", 4, {"payload": "Accepted publickey for alix from 192.0.2.1 port 60096 ssh2: RSA x"},
         {"user": "alix", "success": True, "detail": "publickey"}),
    ],
)  # fmt: skip
def test_each_event_tells_its_logon(provider, number, fields, expected):
    meaning = LOGONS[provider.lower(), number]
    row = meaning.read(fields, HOST)
    assert meaning.kind is Kind.LOGON
    assert row.keys() <= SCHEMAS[Kind.LOGON].keys()
    assert {name: row.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("provider", "number", "fields"),
    [
        (f"{DESKTOP}LocalSessionManager", 21, {"User": "EXAMPLE\\alix", "Address": "LOCAL"}),
        (SECURITY, 4778, {"AccountName": "alix", "ClientName": "-", "ClientAddress": "LOCAL"}),
        ("OpenSSH", 4, {"payload": "Server listening on :: port 22."}),
    ],
)
def test_what_is_no_logon_from_elsewhere_gives_none(provider, number, fields):
    assert LOGONS[provider.lower(), number].read(fields, HOST) is None


@pytest.mark.parametrize("meaning", LOGONS.values(), ids=map(str, LOGONS))
def test_an_event_without_its_fields_never_raises(meaning):
    row = meaning.read({}, None)
    assert row is None or row.get("user") is None
