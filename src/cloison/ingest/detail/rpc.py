"""Remote procedure calls of Windows, over pipes and TCP: which interface, which procedure ([C706], [MS-RPCE])."""

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from cloison.ingest.detail.frame import WAITING, Frame, Observed, as_number
from cloison.ingest.detail.smb import Smb
from cloison.ingest.rpc_names import INTERFACES, OPERATIONS
from cloison.model.observations import Kind

_REQUEST, _RESPONSE, _FAULT, _BIND, _ALTER_CONTEXT = 0, 2, 3, 11, 14
_FIRST_FRAGMENT = 0x01

MORE_INTERFACES = {
    "3919286a-b10c-11d0-9ba8-00c04fd92ef5": "dssetup",
    "3dde7c30-165d-11d1-ab8f-00805f14db40": "BackupKey",
    "4fc742e0-4a10-11cf-8273-00aa004ae673": "netdfs",
    "50abc2a4-574d-40b3-9d66-ee4fd5fba076": "dnsserver",
    "76f03f96-cdfd-44fc-a22c-64950a001209": "IRemoteWinspool",
    "a4f1db00-ca47-1067-b31f-00dd010662da": "exchange_mapi",
    "00000131-0000-0000-c000-000000000046": "IRemUnknown",
    "00000143-0000-0000-c000-000000000046": "IRemUnknown2",
    "00020400-0000-0000-c000-000000000046": "IDispatch",
    "027947e1-d731-11ce-a357-000000000001": "IEnumWbemClassObject",
    "d4781cd6-e5d3-44df-ad94-930efe48a887": "IWbemLoginClientID",
    "8fb6d884-2388-11d0-8c35-00c04fda2795": "w32time",
    "a8e0653c-2744-4389-a61d-7373df8b2292": "FileServerVssAgent",
}

MORE_OPERATIONS = {
    "svcctl 5": "SetServiceObjectSecurity", "svcctl 6": "QueryServiceStatus", "svcctl 11": "ChangeServiceConfigW",
    "svcctl 14": "EnumServicesStatusW", "svcctl 17": "QueryServiceConfigW", "svcctl 23": "ChangeServiceConfigA",
    "svcctl 42": "EnumServicesStatusExW", "svcctl 60": "CreateWowService", "svcctl 64": "OpenSCManager2",
    "samr 0": "SamrConnect", "samr 1": "SamrCloseHandle", "samr 3": "SamrQuerySecurityObject",
    "samr 5": "SamrLookupDomainInSamServer", "samr 6": "SamrEnumerateDomainsInSamServer", "samr 7": "SamrOpenDomain",
    "samr 8": "SamrQueryInformationDomain", "samr 11": "SamrEnumerateGroupsInDomain",
    "samr 12": "SamrCreateUserInDomain", "samr 13": "SamrEnumerateUsersInDomain",
    "samr 15": "SamrEnumerateAliasesInDomain", "samr 16": "SamrGetAliasMembership",
    "samr 17": "SamrLookupNamesInDomain", "samr 18": "SamrLookupIdsInDomain", "samr 19": "SamrOpenGroup",
    "samr 20": "SamrQueryInformationGroup", "samr 22": "SamrAddMemberToGroup", "samr 25": "SamrGetMembersInGroup",
    "samr 27": "SamrOpenAlias", "samr 31": "SamrAddMemberToAlias", "samr 33": "SamrGetMembersInAlias",
    "samr 34": "SamrOpenUser", "samr 36": "SamrQueryInformationUser", "samr 37": "SamrSetInformationUser",
    "samr 39": "SamrGetGroupsForUser", "samr 40": "SamrQueryDisplayInformation",
    "samr 46": "SamrQueryInformationDomain2", "samr 47": "SamrQueryInformationUser2",
    "samr 50": "SamrCreateUser2InDomain", "samr 55": "SamrUnicodeChangePasswordUser2",
    "samr 57": "SamrConnect2", "samr 58": "SamrSetInformationUser2", "samr 64": "SamrConnect5",
    "lsarpc 0": "LsarClose", "lsarpc 2": "LsarEnumeratePrivileges", "lsarpc 6": "LsarOpenPolicy",
    "lsarpc 7": "LsarQueryInformationPolicy", "lsarpc 11": "LsarEnumerateAccounts",
    "lsarpc 13": "LsarEnumerateTrustedDomains", "lsarpc 14": "LsarLookupNames", "lsarpc 15": "LsarLookupSids",
    "lsarpc 29": "LsarOpenSecret", "lsarpc 31": "LsarQuerySecret", "lsarpc 43": "LsarRetrievePrivateData",
    "lsarpc 44": "LsarOpenPolicy2", "lsarpc 45": "LsarGetUserName", "lsarpc 46": "LsarQueryInformationPolicy2",
    "lsarpc 50": "LsarEnumerateTrustedDomainsEx", "lsarpc 57": "LsarLookupSids2", "lsarpc 58": "LsarLookupNames2",
    "lsarpc 68": "LsarLookupNames3", "lsarpc 76": "LsarLookupSids3", "lsarpc 77": "LsarLookupNames4",
    "netlogon 4": "NetrServerReqChallenge", "netlogon 15": "NetrServerAuthenticate2",
    "netlogon 26": "NetrServerAuthenticate3", "netlogon 30": "NetrServerPasswordSet2",
    "netlogon 34": "DsrGetDcNameEx2", "netlogon 39": "NetrLogonSamLogonEx", "netlogon 40": "DsrEnumerateDomainTrusts",
    "srvsvc 8": "NetrConnectionEnum", "srvsvc 9": "NetrFileEnum", "srvsvc 14": "NetrShareAdd",
    "srvsvc 16": "NetrShareGetInfo", "srvsvc 18": "NetrShareDel", "srvsvc 21": "NetrServerGetInfo",
    "srvsvc 28": "NetrRemoteTOD",
    "wkssvc 0": "NetrWkstaGetInfo",
    "winreg 2": "OpenLocalMachine", "winreg 6": "BaseRegCreateKey", "winreg 15": "BaseRegOpenKey",
    "winreg 17": "BaseRegQueryValue", "winreg 20": "BaseRegSaveKey", "winreg 22": "BaseRegSetValue",
    "drsuapi 2": "DRSReplicaSync", "drsuapi 4": "DRSUpdateRefs", "drsuapi 5": "DRSReplicaAdd",
    "drsuapi 6": "DRSReplicaDel", "drsuapi 16": "DRSDomainControllerInfo", "drsuapi 17": "DRSAddEntry",
    "ITaskSchedulerService 2": "SchRpcRetrieveTask", "ITaskSchedulerService 6": "SchRpcEnumFolders",
    "ITaskSchedulerService 7": "SchRpcEnumTasks", "ITaskSchedulerService 16": "SchRpcGetLastRunInfo",
    "ITaskSchedulerService 17": "SchRpcGetTaskInfo",
    "IWbemServices 3": "OpenNamespace", "IWbemServices 6": "GetObject", "IWbemServices 8": "PutClass",
    "IWbemServices 14": "PutInstance", "IWbemServices 18": "CreateInstanceEnum", "IWbemServices 21": "ExecQueryAsync",
    "IWbemServices 22": "ExecNotificationQuery", "IWbemServices 25": "ExecMethodAsync",
    "IWbemLevel1Login 3": "EstablishPosition", "IWbemLevel1Login 6": "NTLMLogin",
    "IRemoteSCMActivator 3": "RemoteGetClassObject", "IRemoteSCMActivator 4": "RemoteCreateInstance",
    "IOXIDResolver 3": "ServerAlive", "IOXIDResolver 4": "ResolveOxid2", "IOXIDResolver 5": "ServerAlive2",
    "IRemUnknown2 3": "RemQueryInterface", "IRemUnknown2 5": "RemRelease", "IRemUnknown2 6": "RemQueryInterface2",
    "IDispatch 3": "GetTypeInfoCount", "IDispatch 5": "GetIDsOfNames", "IDispatch 6": "Invoke",
    "spoolss 1": "RpcOpenPrinter", "spoolss 62": "RpcRemoteFindFirstPrinterChangeNotification",
    "spoolss 65": "RpcRemoteFindFirstPrinterChangeNotificationEx", "spoolss 89": "RpcAddPrinterDriverEx",
    "IRemoteWinspool 39": "RpcAsyncAddPrinterDriver", "IRemoteWinspool 62": "RpcAsyncInstallPrinterDriverFromPackage",
    "efsrpc 0": "EfsRpcOpenFileRaw", "efsrpc 4": "EfsRpcEncryptFileSrv", "efsrpc 5": "EfsRpcDecryptFileSrv",
    "netdfs 12": "NetrDfsAddStdRoot", "netdfs 13": "NetrDfsRemoveStdRoot",
    "eventlog 0": "ElfrClearELFW",
    "BackupKey 0": "BackuprKey",
    "epmapper 3": "ept_map", "epmapper 2": "ept_lookup",
}  # fmt: skip
"""What the other sensors name themselves and packets only number; same sources, [MS-BKRP] and [MS-DFSNM] too."""

_NAMES = OPERATIONS | MORE_OPERATIONS
_INTERFACES = INTERFACES | MORE_INTERFACES


class Rpc:
    """Follows which interface each context of a connection was bound to, for requests tell the context only."""

    fields: ClassVar[tuple[str, ...]] = (
        "dcerpc.pkt_type", "dcerpc.cn_flags", "dcerpc.cn_ctx_id", "dcerpc.cn_num_ctx_items",
        "dcerpc.cn_bind_to_uuid", "dcerpc.opnum", "epm.uuid", "epm.proto.tcp_port",
    )  # fmt: skip
    protocols: ClassVar[frozenset[str]] = frozenset({"dcerpc"})

    def __init__(self, smb: Smb) -> None:
        """Take the reader that knows which pipe a handle is of."""
        self._smb = smb
        self._bound: dict[tuple[str, str | None, str | None], str] = {}
        self._mapped: dict[tuple[str | None, int | None], str] = {}

    def take(self, frame: Frame) -> Iterator[Observed]:
        """Give an observation for each request in a packet."""
        kinds = [as_number(kind) for kind in frame.all("dcerpc.pkt_type")]
        contexts, uuids = iter(frame.all("dcerpc.cn_ctx_id")), iter(frame.all("dcerpc.cn_bind_to_uuid"))
        items = iter(frame.all("dcerpc.cn_num_ctx_items"))
        flags = frame.all("dcerpc.cn_flags")
        opnums = frame.all("dcerpc.opnum")
        requests, replies = kinds.count(_REQUEST), kinds.count(_RESPONSE)
        # tshark tells a reply's procedure too, when it saw the request.
        aligned = len(opnums) == requests + replies
        numbers = iter(opnums)
        self._learn_port(frame)
        handle = frame.first("smb2.fid") or frame.first("smb.fid")
        for place, kind in enumerate(kinds):
            if kind in {_BIND, _ALTER_CONTEXT}:
                for context, uuid in zip(islice(contexts, as_number(next(items, "0")) or 0), uuids, strict=False):
                    self._bind((frame.stream, handle, context), uuid.lower())
            elif kind == _REQUEST:
                bound_as, opnum = next(contexts, None), next(numbers, None)
                first = len(flags) != len(kinds) or (as_number(flags[place]) or 0) & _FIRST_FRAGMENT
                if opnum is not None and first:
                    yield Kind.RPC, self._request(frame, handle, bound_as, opnum)
            elif kind in {_RESPONSE, _FAULT}:
                next(contexts, None)
                if kind == _RESPONSE and aligned:
                    next(numbers, None)

    def end(self) -> Iterator[Observed]:
        """Requests do not wait for their answers."""
        return iter(())

    def _learn_port(self, frame: Frame) -> None:
        """Keep which interface a server's endpoint mapper says is at which port: the binding may not be captured."""
        uuid, port = frame.first("epm.uuid"), frame.number_of("epm.proto.tcp_port")
        answered = _RESPONSE in map(as_number, frame.all("dcerpc.pkt_type"))
        if answered and uuid and port and len(self._mapped) < 1 << 16:
            self._mapped[frame.ends()[0], port] = uuid.lower()

    def _bind(self, key: tuple[str, str | None, str | None], uuid: str) -> None:
        self._bound.pop(key, None)
        if len(self._bound) >= WAITING:
            del self._bound[next(iter(self._bound))]
        self._bound[key] = uuid

    def _request(self, frame: Frame, handle: str | None, context: str | None, opnum: str) -> dict[str, object]:
        row = frame.row()
        pipe = self._smb.pipe_of(frame) if "smb" in frame.protocols else None
        uuid = self._bound.get((frame.stream, handle, context)) or self._mapped.get((row["dst"], row["dst_port"]))
        # Bound before the capture: tshark recognises some interfaces by the calls themselves, and some pipes
        # serve one interface.
        endpoint = _INTERFACES.get(uuid, uuid) if uuid else _by_tshark(frame.protocols) or _by_pipe(pipe)
        return row | {
            "endpoint": endpoint,
            "operation": _NAMES.get(f"{endpoint} {opnum}", f"opnum {opnum}"),
            "pipe": pipe,
        }


def _by_tshark(protocols: str) -> str | None:
    _, _, within = protocols.rpartition(":dcerpc:")
    return _BY_TSHARK.get(within.split(":")[0])


def _by_pipe(pipe: str | None) -> str | None:
    return _OF_PIPE.get(pipe.removeprefix("\\pipe\\").lower()) if pipe else None


_OF_PIPE = {
    "svcctl": "svcctl", "ntsvcs": "svcctl", "atsvc": "atsvc", "winreg": "winreg", "samr": "samr",
    "netlogon": "netlogon", "srvsvc": "srvsvc", "wkssvc": "wkssvc", "spoolss": "spoolss", "netdfs": "netdfs",
    "efsrpc": "efsrpc", "eventlog": "eventlog", "drsuapi": "drsuapi",
}  # fmt: skip
"""Well-known endpoints of the interfaces' specifications; \\pipe\\lsarpc, \\pipe\\lsass serve several interfaces."""

_BY_TSHARK = {name.lower(): name for name in _INTERFACES.values()} | {"rpc_netlogon": "netlogon", "lsa": "lsarpc"}
