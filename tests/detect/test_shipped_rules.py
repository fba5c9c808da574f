"""Every rule that ships has a record that it finds and one, near to it, that it leaves alone."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from tests.detect.sigma.events import event, table

from cloison.detect.detector import Context
from cloison.detect.detectors.host_rules import DETECTOR
from cloison.detect.fold import start
from cloison.detect.sigma.reading import read_rules
from cloison.ingest.rules_folder import shipped_texts
from cloison.model.addressing import AddressBook
from cloison.model.finding import Finding, Technique
from cloison.model.observations import Kind
from cloison.model.rules import RuleSet, RuleText

CASES = Path(__file__).with_name("shipped_rules")
PAGE = Path(__file__).parents[2] / "docs" / "shipped-rules.md"

LOGS = {
    "sysmon": "Microsoft-Windows-Sysmon/Operational",
    "security": "Security",
    "system": "System",
    "application": "Application",
    "powershell": "Microsoft-Windows-PowerShell/Operational",
    "windows-powershell": "Windows PowerShell",
    "windefend": "Microsoft-Windows-Windows Defender/Operational",
    "firewall": "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
    "bits-client": "Microsoft-Windows-Bits-Client/Operational",
    "capi2": "Microsoft-Windows-CAPI2/Operational",
    "wmi": "Microsoft-Windows-WMI-Activity/Operational",
    "winrm": "Microsoft-Windows-WinRM/Operational",
    "wininet": "Microsoft-Windows-WinINet-Config/ProxyConfigChanged",
    "dns-server": "DNS Server",
    "openssh": "OpenSSH/Operational",
    "printservice-operational": "Microsoft-Windows-PrintService/Operational",
    "msexchange-management": "MSExchange Management",
    "taskscheduler": "Microsoft-Windows-TaskScheduler/Operational",
    "codeintegrity": "Microsoft-Windows-CodeIntegrity/Operational",
    "shell-core": "Microsoft-Windows-Shell-Core/Operational",
    "vhdmp": "Microsoft-Windows-VHDMP/Operational",
    "directory-service": "Directory Service",
    "dns-client": "Microsoft-Windows-DNS-Client/Operational",
    "remote-desktop": "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
    "remote-desktop-client": "Microsoft-Windows-TerminalServices-RDPClient/Operational",
    "setup": "Setup",
    "bitlocker": "Microsoft-Windows-BitLocker/BitLocker Management",
    "iis-configuration": "Microsoft-IIS-Configuration/Operational",
    "applocker": "Microsoft-Windows-AppLocker/EXE and DLL",
}

TEXTS = {Path(text.file).stem: text for text in shipped_texts()}


@cache
def cases() -> Mapping[str, Mapping[str, Any]]:
    return {
        name: both
        for file in sorted(CASES.glob("*.yml"))
        for name, both in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader).items()
    }


def documents(text: RuleText) -> list[dict[str, Any]]:
    return list(yaml.load_all(text.content, yaml.CSafeLoader))


def recorded(case: list[dict[str, Any]]) -> Iterator[dict[str, object]]:
    for one in case:
        for n in range(one.get("times", 1)):
            fields = {name: text.replace("{n}", str(n)) for name, text in one["fields"].items()}
            made = event(one.get("after", 0) + n * 0.5, channel=LOGS[one["log"]], event_id=one["id"], **fields)
            yield {**made, "provider": one.get("provider", made["provider"])}


def found(rules: RuleSet, case: list[dict[str, Any]]) -> tuple[Finding, ...]:
    folded = start(Context(book=AddressBook(None), rules=rules), [DETECTOR])
    folded.step({Kind.EVENT: table(recorded(case))})
    return folded.findings()


def test_every_rule_has_cases_and_every_case_a_rule():
    assert cases().keys() == TEXTS.keys()
    assert all(both["fires"] and both["quiet"] for both in cases().values())


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_rule_finds_what_it_should_and_leaves_alone_what_is_near(name):
    rules = read_rules([TEXTS[name]])
    assert rules.refusals == ()
    for case in cases()[name]["fires"]:
        assert found(rules, case), case
    for case in cases()[name]["quiet"]:
        assert found(rules, case) == (), case


def test_rules_say_what_they_are_by_whom_and_when_they_are_wrong():
    for name, text in TEXTS.items():
        head = documents(text)[0]
        assert head["description"].strip(), name
        assert head["falsepositives"], name
        assert head["level"] in {"low", "medium", "high", "critical"}, name
        assert head["author"] == "Cloison", name
        techniques = [tag.removeprefix("attack.").upper() for tag in head["tags"] if tag.startswith("attack.t1")]
        assert techniques, name
        assert [Technique(one) for one in techniques], name


def test_no_two_rules_share_an_identifier_a_title_or_a_name():
    every = [one for text in TEXTS.values() for one in documents(text)]
    for key in ("id", "title", "name"):
        told = [one[key] for one in every if key in one]
        assert len(told) == len(set(told)), key
    assert all(UUID(one["id"]) for one in every)


def test_rules_that_ship_are_read_together_without_a_refusal():
    rules = read_rules(TEXTS.values())
    assert rules.refusals == ()
    assert len(rules.rules) >= len(TEXTS)


def test_the_page_lists_every_rule_with_its_technique_and_level():
    lines = {
        line.split("`")[1]: line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    }
    assert lines.keys() == TEXTS.keys()
    for name, text in TEXTS.items():
        head = documents(text)[0]
        assert f"| {head['level']} |" in lines[name], name
        first = next(tag for tag in head["tags"] if tag.startswith("attack.t1"))
        assert first.removeprefix("attack.").upper() in lines[name], name
