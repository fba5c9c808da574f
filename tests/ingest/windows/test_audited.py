import pytest

from cloison.ingest.windows.audited import name_value_changed, spell_number_set


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        (r"\REGISTRY\MACHINE\SOFTWARE\X", "Run", r"HKLM\SOFTWARE\X\Run"),
        (r"\Registry\User\S-1-5-21-1\Software", "-", r"HKU\S-1-5-21-1\Software"),
        (r"HKLM\X", "", r"HKLM\X"),
    ],
)
def test_an_audited_value_is_named_as_sysmon_names_it(key, value, path):
    fields = {"ObjectName": key, "ObjectValueName": value}
    name_value_changed(fields)
    assert fields["TargetObject"] == path


def test_what_names_no_key_stays_as_it_is():
    fields = {"ObjectValueName": "x"}
    name_value_changed(fields)
    assert fields == {"ObjectValueName": "x"}


@pytest.mark.parametrize(
    ("written", "spelt"),
    [("1", "DWORD (0x00000001)"), ("C:\\x.exe", "C:\\x.exe"), ("4294967296", "4294967296"), ("", ""), ("²", "²")],
)
def test_a_bare_number_is_written_as_sysmon_writes_it(written, spelt):
    fields = {"Details": written}
    spell_number_set(fields)
    assert fields["Details"] == spelt
