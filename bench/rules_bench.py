"""Every Sigma rule of a folder over generated events of hosts: loading, then events a second, fields taken out included."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import orjson
import polars as pl

from cloison.detect.detectors.host_rules import DETECTOR
from cloison.detect.fold import Context, start
from cloison.detect.sigma.reading import read_rules
from cloison.ingest.rules_folder import read_texts
from cloison.model.addressing import AddressBook
from cloison.model.observations import SCHEMAS, Kind

EVENTS = int(os.environ.get("CLOISON_BENCH_EVENTS", "400000"))
RULES = Path(os.environ.get("CLOISON_BENCH_RULES", "../shared/data/sigma/rules.tar.xz"))
ROUNDS = 3
PEER = 4_200
"""Events a second of Zircolite at its best, with fewer rules (PARTS.md of the project)."""

SYSMON, SECURITY = "Microsoft-Windows-Sysmon/Operational", "Security"
POWERSHELL = "Microsoft-Windows-PowerShell/Operational"
SORTS = [(SYSMON, 1), (SYSMON, 3), (SYSMON, 7), (SYSMON, 10), (SYSMON, 11), (SYSMON, 13)]
SORTS += [
    (SECURITY, 4624),
    (SECURITY, 4688),
    (SECURITY, 5156),
    (SECURITY, 5145),
    (POWERSHELL, 4103),
    (POWERSHELL, 4104),
]
SHARES = [0.05, 0.08, 0.15, 0.15, 0.06, 0.12, 0.1, 0.05, 0.1, 0.06, 0.04, 0.04]
"""How often each sort comes: as on workstations and servers of a Windows domain that run Sysmon."""

FOLDERS = [
    "C:\\Windows\\System32",
    "C:\\Program Files\\Dossier",
    "C:\\Program Files (x86)\\Imagerie",
    "C:\\ProgramData\\Agent",
]


def made(count: int, seed: int = 7) -> pl.DataFrame:
    """Make events of 200 computers; one in ten thousand is an act that rules look for."""
    random = np.random.default_rng(seed)
    which = random.choice(len(SORTS), count, p=SHARES)
    numbers = random.integers(0, 1 << 30, (count, 6))
    hostile = random.random(count) < 1e-4
    data = [
        orjson.dumps(_fields(*SORTS[sort], row, evil=evil)).decode()
        for sort, row, evil in zip(which, numbers.tolist(), hostile, strict=True)
    ]
    begin = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1e6)
    times = pl.Series(np.sort(random.integers(0, 86_400_000_000, count)) + begin).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(
        {
            "ts": times,
            "seen_at": times,
            "origin": pl.Series(np.zeros(count), dtype=pl.UInt32()),
            "record": pl.Series(np.arange(1, count + 1), dtype=pl.UInt64()),
            "computer": [f"poste-{number % 200}.hopital.example" for number in numbers[:, 0].tolist()],
            "channel": [SORTS[sort][0] for sort in which],
            "provider": [SORTS[sort][0].partition("/")[0] for sort in which],
            "event_id": pl.Series([SORTS[sort][1] for sort in which], dtype=pl.UInt32()),
            "data": data,
        },
        schema=dict(SCHEMAS[Kind.EVENT]),
    )


def _fields(channel: str, event_id: int, numbers: list[int], *, evil: bool) -> dict[str, str]:
    a, b, c, d, e, f = numbers
    image = f"{FOLDERS[a % 4]}\\programme{b % 60}.exe"
    guid = f"{{{c:08x}-{d % 65536:04x}-{e % 65536:04x}-0000-{f:012x}}}"
    shared = {
        "UtcTime": f"2026-03-02 08:{a % 60:02}:{b % 60:02}.{c % 1000:03}",
        "ProcessGuid": guid,
        "ProcessId": str(d % 9000),
        "User": f"HOPITAL\\agent{e % 300}",
    }
    line = f'"{image}" --dossier {c % 5000} --session {d}'
    if evil:
        line = "vssadmin.exe delete shadows /all /quiet"
    made_process = {
        "CommandLine": line,
        "CurrentDirectory": FOLDERS[b % 4],
        "OriginalFileName": f"programme{b % 60}.exe",
        "Company": "Editeur",
        "Description": "Logiciel de soins",
        "IntegrityLevel": "Medium",
        "LogonId": f"0x{e:x}",
        "Hashes": f"SHA256={c:064X},IMPHASH={d:032X}",
        "ParentImage": f"{FOLDERS[c % 4]}\\lanceur{d % 20}.exe",
        "ParentCommandLine": f"lanceur{d % 20}.exe -k {e % 50}",
    }
    script = "\n".join(
        f"$valeur{n} = Get-Content -Path 'D:\\Echanges\\{(c + n) % 4000}.csv' | Measure-Object" for n in range(20)
    )
    by_sort = {
        (SYSMON, 1): {"Image": image, **made_process},
        (SYSMON, 3): {
            "Image": image,
            "Protocol": "tcp",
            "Initiated": "true",
            "SourceIp": f"10.1.{a % 9}.{b % 250}",
            "DestinationIp": f"10.2.0.{c % 40}",
            "DestinationPort": str((443, 445, 8443, 104)[d % 4]),
            "DestinationHostname": f"srv-{c % 40}",
        },
        (SYSMON, 7): {
            "Image": image,
            "ImageLoaded": f"C:\\Windows\\System32\\module{c % 400}.dll",
            "Signed": "true",
            "SignatureStatus": "Valid",
            "Signature": "Editeur",
            "Hashes": f"SHA256={d:064X}",
        },
        (SYSMON, 10): {
            "SourceImage": image,
            "TargetImage": f"{FOLDERS[c % 4]}\\programme{d % 60}.exe",
            "GrantedAccess": "0x1000",
            "CallTrace": "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|" * 6,
        },
        (SYSMON, 11): {
            "Image": image,
            "TargetFilename": f"D:\\Echanges\\{c % 9000}\\rapport{d}.tmp",
            "CreationUtcTime": shared["UtcTime"],
        },
        (SYSMON, 13): {
            "Image": image,
            "EventType": "SetValue",
            "TargetObject": f"HKLM\\Software\\Editeur\\Reglages\\cle{c % 3000}",
            "Details": f"DWORD (0x{d:08x})",
        },
        (SECURITY, 4624): {
            "TargetUserName": f"agent{a % 300}",
            "TargetDomainName": "HOPITAL",
            "LogonType": "3",
            "IpAddress": f"10.1.{b % 9}.{c % 250}",
            "LogonProcessName": "Kerberos",
            "AuthenticationPackageName": "Kerberos",
            "WorkstationName": "-",
        },
        (SECURITY, 4688): {
            "NewProcessName": image,
            "ParentProcessName": f"{FOLDERS[c % 4]}\\lanceur{d % 20}.exe",
            "CommandLine": line,
            "SubjectUserName": f"agent{e % 300}",
            "TokenElevationType": "%%1938",
        },
        (SECURITY, 5156): {
            "Application": f"\\device\\harddiskvolume3\\programme{b % 60}.exe",
            "Direction": "%%14593",
            "SourceAddress": f"10.1.{a % 9}.{b % 250}",
            "DestAddress": f"10.2.0.{c % 40}",
            "DestPort": "445",
            "Protocol": "6",
        },
        (SECURITY, 5145): {
            "ShareName": "\\\\*\\Services",
            "RelativeTargetName": f"unite{c % 90}\\fiche{d}.docx",
            "AccessMask": "0x120089",
            "SubjectUserName": f"agent{e % 300}",
            "IpAddress": f"10.1.{a % 9}.{b % 250}",
        },
        (POWERSHELL, 4103): {
            "Payload": f'CommandInvocation(Get-Content): "Get-Content" {c}',
            "ContextInfo": "Host Application = powershell.exe\n" + script[:900],
        },
        (POWERSHELL, 4104): {
            "ScriptBlockText": script,
            "ScriptBlockId": guid,
            "MessageNumber": "1",
            "MessageTotal": "1",
        },
    }
    return shared | by_sort[channel, event_id]


def main() -> None:
    """Print the seconds to load the rules, and events a second."""
    if not RULES.exists():
        print(f"rules: no folder of Sigma rules at {RULES}: left out")
        return
    begun = perf_counter()
    texts = read_texts(RULES)
    rules = read_rules(texts)
    elsewhere = sum(refusal.elsewhere for refusal in rules.refusals)
    print(
        f"rules: {len(texts):,} files read in {perf_counter() - begun:.1f} s: {len(rules.rules):,} looked for, {elsewhere} about other logs, {len(rules.refusals) - elsewhere} refused"
    )
    events = made(EVENTS)
    size = events["data"].str.len_bytes().sum() / 1e6
    seconds, spent, findings = [], [], 0
    for _ in range(ROUNDS):
        folded = start(Context(book=AddressBook(None), rules=rules), [DETECTOR])
        begun, busy = perf_counter(), process_time()
        folded.step({Kind.EVENT: events})
        findings = len(folded.findings())
        seconds.append(perf_counter() - begun)
        spent.append(process_time() - busy)
    rate = EVENTS / min(seconds)
    print(
        f"  {EVENTS:,} events, {size:,.0f} MB: {min(seconds):.2f} s wall, {min(spent):.2f} s of processor, best of {ROUNDS}, {findings} findings"
    )
    print(
        f"  {rate:,.0f} events/s, {rate / PEER:.1f} times the peer's best (aim: 10); {EVENTS / min(spent):,.0f} a second of processor"
    )


if __name__ == "__main__":
    sys.exit(main())
