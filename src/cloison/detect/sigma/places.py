"""Where the records are that a Sigma log source speaks of.

Source: the Sigma log source taxonomy (categories, services), Sysmon's manual (event ids), Microsoft's pages on security
auditing. Fields keep the names that Windows gives them; the few that differ between Sysmon, in whose words the rules
are written, and the Security log are listed here.
"""

from collections.abc import Mapping

from cloison.model.observations import Kind
from cloison.model.rules import Place

SYSMON = "microsoft-windows-sysmon/operational"
SECURITY = "security"
POWERSHELL = "microsoft-windows-powershell/operational"
POWERSHELL_CORE = "powershellcore/operational"
CLASSIC = "windows powershell"
DEFENDER = "microsoft-windows-windows defender/operational"

_Names = tuple[tuple[str, tuple[str, ...]], ...]

_CREATED: _Names = (
    ("Image", ("NewProcessName",)),
    ("ParentImage", ("ParentProcessName",)),
    ("CommandLine", ("CommandLine", "ProcessCommandLine")),
    ("User", ("SubjectUserName",)),
    ("LogonId", ("SubjectLogonId",)),
)

_CONNECTED: _Names = (
    ("Image", ("Application",)),
    ("DestinationIp", ("DestAddress",)),
    ("DestinationPort", ("DestPort",)),
    ("SourceIp", ("SourceAddress",)),
)

_VALUE_SET: _Names = (("Image", ("ProcessName",)), ("Details", ("NewValue",)), ("User", ("SubjectUserName",)))
"""Security 4657; its TargetObject is made where it is read."""

_OPENED: _Names = (
    ("SourceImage", ("ProcessName",)),
    ("TargetImage", ("ObjectName",)),
    ("GrantedAccess", ("AccessMask",)),
    ("SourceUser", ("SubjectUserName",)),
)
"""Security 4656 and 4663 of a process. They have no CallTrace."""

_READ: _Names = (("Image", ("ProcessName",)), ("FileName", ("ObjectName",)), ("User", ("SubjectUserName",)))
"""Security 4663 of a file."""

_CLASSIC: _Names = (("Data", ("Data", "Message")),)

_THREAT: _Names = (("Signature", ("Threat Name",)), ("Filename", ("Path",)), ("Action", ("Action Name",)))


def _sysmon(*event_ids: int) -> tuple[Place, ...]:
    return (Place(kind=Kind.EVENT, channels=(SYSMON,), event_ids=event_ids),)


def _audit(event_id: int, names: _Names) -> Place:
    return Place(kind=Kind.EVENT, channels=(SECURITY,), event_ids=(event_id,), names=names)


def _channels(*channels: str, names: _Names = ()) -> tuple[Place, ...]:
    return (Place(kind=Kind.EVENT, channels=channels, names=names),)


CATEGORIES: Mapping[str, tuple[Place, ...]] = {
    "process_creation": (*_sysmon(1), _audit(4688, _CREATED)),
    "file_change": _sysmon(2),
    "network_connection": (*_sysmon(3), _audit(5156, _CONNECTED)),
    "sysmon_status": _sysmon(4, 16),
    "process_termination": _sysmon(5),
    "driver_load": _sysmon(6),
    "image_load": _sysmon(7),
    "create_remote_thread": _sysmon(8),
    "raw_access_thread": _sysmon(9),
    "process_access": (*_sysmon(10), _audit(4656, _OPENED), _audit(4663, _OPENED)),
    "file_access": (_audit(4663, _READ),),
    "file_event": _sysmon(11),
    "registry_add": _sysmon(12),
    "registry_delete": _sysmon(12),
    "registry_set": (*_sysmon(13), _audit(4657, _VALUE_SET)),
    "registry_rename": _sysmon(14),
    "registry_event": (*_sysmon(12, 13, 14), _audit(4657, _VALUE_SET)),
    "create_stream_hash": _sysmon(15),
    "pipe_created": _sysmon(17, 18),
    "wmi_event": _sysmon(19, 20, 21),
    "dns_query": _sysmon(22),
    "file_delete": _sysmon(23, 26),
    "clipboard_change": _sysmon(24),
    "process_tampering": _sysmon(25),
    "file_block_executable": _sysmon(27),
    "file_block_shredding": _sysmon(28),
    "file_executable_detected": _sysmon(29),
    "sysmon_error": _sysmon(255),
    "ps_module": (Place(kind=Kind.EVENT, channels=(POWERSHELL, POWERSHELL_CORE), event_ids=(4103,)),),
    "ps_script": (Place(kind=Kind.EVENT, channels=(POWERSHELL, POWERSHELL_CORE), event_ids=(4104,)),),
    "ps_classic_start": (Place(kind=Kind.EVENT, channels=(CLASSIC,), event_ids=(400,), names=_CLASSIC),),
    "ps_classic_provider_start": (Place(kind=Kind.EVENT, channels=(CLASSIC,), event_ids=(600,), names=_CLASSIC),),
    "ps_classic_script": (Place(kind=Kind.EVENT, channels=(CLASSIC,), event_ids=(800,), names=_CLASSIC),),
    "antivirus": (
        Place(kind=Kind.EVENT, channels=(DEFENDER,), event_ids=(1006, 1007, 1008, 1116, 1117), names=_THREAT),
    ),
}
"""Category of the product "windows" -> where."""

SERVICES: Mapping[str, tuple[Place, ...]] = {
    "security": _channels(SECURITY),
    "system": _channels("system"),
    "application": _channels("application"),
    "sysmon": _channels(SYSMON),
    "powershell": _channels(POWERSHELL, POWERSHELL_CORE),
    "powershell-classic": _channels(CLASSIC, names=_CLASSIC),
    "windefend": _channels(DEFENDER),
    "taskscheduler": _channels("microsoft-windows-taskscheduler/operational"),
    "wmi": _channels("microsoft-windows-wmi-activity/operational"),
    "ntlm": _channels("microsoft-windows-ntlm/operational"),
    "dns-server": _channels("dns server"),
    "dns-server-audit": _channels("microsoft-windows-dns-server/audit"),
    "dns-server-analytic": _channels("microsoft-windows-dns-server/analytical"),
    "dns-client": _channels(
        "microsoft-windows-dns client events/operational", "microsoft-windows-dns-client/operational"
    ),
    "bits-client": _channels("microsoft-windows-bits-client/operational"),
    "firewall-as": _channels("microsoft-windows-windows firewall with advanced security/firewall"),
    "codeintegrity-operational": _channels("microsoft-windows-codeintegrity/operational"),
    "applocker": _channels(
        "microsoft-windows-applocker/exe and dll",
        "microsoft-windows-applocker/msi and script",
        "microsoft-windows-applocker/packaged app-deployment",
        "microsoft-windows-applocker/packaged app-execution",
    ),
    "appxdeployment-server": _channels("microsoft-windows-appxdeploymentserver/operational"),
    "appxpackaging-om": _channels("microsoft-windows-appxpackaging/operational"),
    "appmodel-runtime": _channels("microsoft-windows-appmodel-runtime/admin"),
    "msexchange-management": _channels("msexchange management"),
    "iis-configuration": _channels("microsoft-iis-configuration/operational"),
    "printservice-admin": _channels("microsoft-windows-printservice/admin"),
    "printservice-operational": _channels("microsoft-windows-printservice/operational"),
    "smbclient-security": _channels("microsoft-windows-smbclient/security"),
    "smbclient-connectivity": _channels("microsoft-windows-smbclient/connectivity"),
    "smbserver-connectivity": _channels("microsoft-windows-smbserver/connectivity"),
    "smbserver-security": _channels("microsoft-windows-smbserver/security"),
    "security-mitigations": _channels(
        "microsoft-windows-security-mitigations/kernel mode", "microsoft-windows-security-mitigations/user mode"
    ),
    "terminalservices-localsessionmanager": _channels(
        "microsoft-windows-terminalservices-localsessionmanager/operational"
    ),
    "shell-core": _channels("microsoft-windows-shell-core/operational"),
    "certificateservicesclient-lifecycle-system": _channels(
        "microsoft-windows-certificateservicesclient-lifecycle-system/operational"
    ),
    "driver-framework": _channels("microsoft-windows-driverframeworks-usermode/operational"),
    "ldap": _channels("microsoft-windows-ldap-client/debug"),
    "ldap_debug": _channels("microsoft-windows-ldap-client/debug"),
    "microsoft-servicebus-client": _channels("microsoft-servicebus-client"),
    "diagnosis-scripted": _channels("microsoft-windows-diagnosis-scripted/operational"),
    "lsa-server": _channels("microsoft-windows-lsa/operational"),
    "openssh": _channels("openssh/operational"),
    "capi2": _channels("microsoft-windows-capi2/operational"),
    "vhdmp": _channels("microsoft-windows-vhdmp/operational"),
}
"""Service of the product "windows" -> where."""

_WEB: _Names = (
    ("c-uri", ("path",)),
    ("cs-uri", ("path",)),
    ("cs-uri-query", ("path",)),
    ("c-uri-query", ("path",)),
    ("cs-uri-stem", ("path",)),
    ("uri", ("path",)),
    ("c-useragent", ("user_agent",)),
    ("cs-user-agent", ("user_agent",)),
    ("cs-method", ("method",)),
    ("cs-host", ("host",)),
    ("r-dns", ("host",)),
    ("sc-status", ("status",)),
    ("status_code", ("status",)),
    ("dst_ip", ("dst",)),
    ("src_ip", ("src",)),
    ("id.orig_h", ("src",)),
    ("id.resp_h", ("dst",)),
    ("id.resp_p", ("dst_port",)),
)

_NAMES: _Names = (
    ("answer", ("answers",)),
    ("record_type", ("query_type",)),
    ("qtype_name", ("query_type",)),
    ("rcode_name", ("code",)),
    ("id.orig_h", ("src",)),
    ("id.resp_h", ("dst",)),
    ("id.resp_p", ("dst_port",)),
)

_FILES: _Names = (("path", ("share",)), ("id.orig_h", ("src",)), ("id.resp_h", ("dst",)))

_CALLS: _Names = (("named_pipe", ("pipe",)), ("id.orig_h", ("src",)), ("id.resp_h", ("dst",)))

NETWORK: Mapping[tuple[str | None, str | None, str | None], Place] = {
    (None, "proxy", None): Place(kind=Kind.HTTP, names=_WEB),
    (None, "webserver", None): Place(kind=Kind.HTTP, names=_WEB),
    ("zeek", None, "http"): Place(kind=Kind.HTTP, names=_WEB),
    (None, "dns", None): Place(kind=Kind.DNS, names=_NAMES),
    ("zeek", None, "dns"): Place(kind=Kind.DNS, names=_NAMES),
    ("zeek", None, "smb_files"): Place(kind=Kind.SMB, names=_FILES),
    ("zeek", None, "dce_rpc"): Place(kind=Kind.RPC, names=_CALLS),
}
"""Product, category, service of a network sensor -> where."""


def places_of(product: str | None, category: str | None, service: str | None) -> tuple[Place, ...]:
    """Give where a log source's records are; nothing when Cloison does not read such logs."""
    if product == "windows" or (product is None and category == "antivirus"):
        if category is not None:
            return CATEGORIES.get(category, ())
        if service is not None:
            return SERVICES.get(service, ())
        return (Place(kind=Kind.EVENT),)
    network = NETWORK.get((product, category, service))
    return (network,) if network is not None else ()
