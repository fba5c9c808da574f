"""The registry as Windows' audit and forwarders tell it, in the words that rules about it are written in."""

_HIVES = (("\\REGISTRY\\MACHINE\\", "HKLM\\"), ("\\REGISTRY\\USER\\", "HKU\\"))
REGISTRY_VALUE_CHANGED = 4657
SECURITY = "security"
SYSMON = "microsoft-windows-sysmon/operational"
REGISTRY_VALUE_SET = 13


def name_value_changed(fields: dict[str, str]) -> None:
    """Add to a Security 4657 what Sysmon's event 13 calls TargetObject: the key and the value's name, as one path.

    Source: Microsoft, "4657(S): A registry value was modified"; Sysmon's manual, event 13.
    """
    key = fields.get("ObjectName")
    if not key or "TargetObject" in fields:
        return
    for hive, short in _HIVES:
        if key[: len(hive)].upper() == hive:
            key = short + key[len(hive) :]
            break
    value = fields.get("ObjectValueName", "")
    fields["TargetObject"] = f"{key}\\{value}" if value and value != "-" else key


def spell_number_set(fields: dict[str, str]) -> None:
    """Write the number that a Sysmon 13 says was set as Sysmon does, where a forwarder wrote a bare one."""
    value = fields.get("Details", "")
    if value.isascii() and value.isdigit() and int(value) < 1 << 32:
        fields["Details"] = f"DWORD (0x{int(value):08x})"
