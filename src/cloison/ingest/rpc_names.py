"""Names of Windows' remote procedures, as Zeek spells them, for sensors that give only numbers.

Source: Microsoft's open specifications, each interface's "UUID" and "Message Processing Events" sections
([MS-SCMR], [MS-TSCH], [MS-DRSR], [MS-SAMR], [MS-LSAT], [MS-NRPC], [MS-SRVS], [MS-WKST], [MS-RRP], [MS-RPRN],
[MS-EFSR], [MS-WMI], [MS-DCOM], [MS-EVEN], [C706] for the endpoint mapper).
"""

INTERFACES: dict[str, str] = {
    "367abb81-9844-35f1-ad32-98f038001003": "svcctl",
    "1ff70682-0a51-30e8-076d-740be8cee98b": "atsvc",
    "86d35949-83c9-4044-b424-db363231fd0c": "ITaskSchedulerService",
    "e3514235-4b06-11d1-ab04-00c04fc2dcd2": "drsuapi",
    "12345778-1234-abcd-ef00-0123456789ac": "samr",
    "12345778-1234-abcd-ef00-0123456789ab": "lsarpc",
    "12345678-1234-abcd-ef00-01234567cffb": "netlogon",
    "4b324fc8-1670-01d3-1278-5a47bf6ee188": "srvsvc",
    "6bffd098-a112-3610-9833-46c3f87e345a": "wkssvc",
    "338cd001-2244-31f1-aaaa-900038001003": "winreg",
    "12345678-1234-abcd-ef00-0123456789ab": "spoolss",
    "c681d488-d850-11d0-8c52-00c04fd90f7e": "efsrpc",
    "df1941c5-fe89-4e79-bf10-463657acf44d": "efsrpc",
    "9556dc99-828c-11cf-a37e-00aa003240c7": "IWbemServices",
    "f309ad18-d86a-11d0-a075-00c04fb68820": "IWbemLevel1Login",
    "000001a0-0000-0000-c000-000000000046": "IRemoteSCMActivator",
    "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": "IActivation",
    "99fcfec4-5260-101b-bbcb-00aa0021347a": "IOXIDResolver",
    "82273fdc-e32a-18c3-3f78-827929dc23ea": "eventlog",
    "e1af8308-5d1f-11c9-91a4-08002b14a0fa": "epmapper",
}

OPERATIONS: dict[str, str] = {
    "svcctl 0": "CloseServiceHandle",
    "svcctl 1": "ControlService",
    "svcctl 2": "DeleteService",
    "svcctl 12": "CreateServiceW",
    "svcctl 15": "OpenSCManagerW",
    "svcctl 16": "OpenServiceW",
    "svcctl 19": "StartServiceW",
    "svcctl 24": "CreateServiceA",
    "svcctl 27": "OpenSCManagerA",
    "svcctl 28": "OpenServiceA",
    "svcctl 31": "StartServiceA",
    "svcctl 44": "CreateServiceWOW64A",
    "svcctl 45": "CreateServiceWOW64W",
    "atsvc 0": "NetrJobAdd",
    "atsvc 1": "NetrJobDel",
    "atsvc 2": "NetrJobEnum",
    "atsvc 3": "NetrJobGetInfo",
    "ITaskSchedulerService 1": "SchRpcRegisterTask",
    "ITaskSchedulerService 12": "SchRpcRun",
    "ITaskSchedulerService 13": "SchRpcDelete",
    "drsuapi 0": "DRSBind",
    "drsuapi 1": "DRSUnbind",
    "drsuapi 3": "DRSGetNCChanges",
    "drsuapi 12": "DRSCrackNames",
    "srvsvc 12": "NetrSessionEnum",
    "srvsvc 15": "NetrShareEnum",
    "wkssvc 2": "NetrWkstaUserEnum",
    "IWbemServices 20": "ExecQuery",
    "IWbemServices 24": "ExecMethod",
    "epmapper 3": "ept_map",
}
"""By interface and operation number."""
