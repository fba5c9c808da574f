import pytest

from cloison.ingest.windows.audited import name_value_changed


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
