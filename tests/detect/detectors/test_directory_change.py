import pytest
from tests.detect.traffic import DAY, findings_of, rpc

from cloison.detect.detectors.directory_change import DETECTOR

BAD, SERVER = "10.1.0.7", "10.2.0.1"


def change(at, attribute, src=BAD):
    return rpc(at, src, SERVER, "ldap", f"modify {attribute}")


@pytest.mark.parametrize(
    ("attribute", "technique"),
    [
        ("nTSecurityDescriptor", "T1222.001"),
        ("msDS-AllowedToActOnBehalfOfOtherIdentity", "T1098"),
        ("sIDHistory", "T1134.005"),
        ("gPLink", "T1484.001"),
    ],
)
def test_fires_on_an_attribute_that_gives_power(attribute, technique):
    (one,) = findings_of([change(5, attribute)], DETECTOR)
    assert (one.technique, one.sources, one.targets) == (technique, (BAD,), (SERVER,))


@pytest.mark.parametrize("attribute", ["telephoneNumber", "member", "pwdLastSet"])
def test_quiet_on_daily_work(attribute):
    assert not findings_of([change(5, attribute)], DETECTOR)


def test_quiet_on_a_habit_and_on_what_many_do():
    rows = [change(day * DAY, "gPLink") for day in range(20)]
    assert len(findings_of(rows, DETECTOR)) == 1
    rows = [change(i, "gPLink", src=f"10.1.0.{i}") for i in range(9)]
    assert len(findings_of(rows, DETECTOR)) == DETECTOR.popular - 1
