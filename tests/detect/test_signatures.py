import pytest

from cloison.detect.signatures import technique_of


@pytest.mark.parametrize(
    ("name", "category", "technique"),
    [
        ("ET MALWARE x", "A Network Trojan was detected", "T1071"),
        ("ET SCAN x", "Detection of a Network Scan", "T1046"),
        ("ET EXPLOIT x", "Attempted User Privilege Gain", "T1210"),
        ("ET POLICY Powershell over SMB", "A Network Trojan was detected", "T1071"),
        ("ET POLICY x", "Attempted Information Leak", None),
        ("ET INFO x", "A Network Trojan was detected", None),
        ("ET 3CORESec Poor Reputation IP group 4", "Misc Attack", None),
        ("x", "Potential Corporate Privacy Violation", None),
        ("Scan::Address_Scan", "", "T1046"),
        ("ATTACK::Lateral_Movement", "", "T1021.002"),
        ("EternalSafety::EternalBlue", "", "T1210"),
        ("AgentTesla::C2_Traffic_Observed", "", "T1071"),
        ("CaptureLoss::Too_Little_Traffic", "", None),
        ("SSL::Invalid_Server_Cert", "", None),
    ],
)
def test_a_signature_has_a_technique_or_is_noise(name, category, technique):
    assert technique_of(name, category, None, from_outside=False) == technique


def test_the_tool_s_own_technique_is_believed_when_it_is_one():
    category = "Attempted User Privilege Gain"
    assert technique_of("x", category, "T1021.002", from_outside=True) == "T1021.002"
    assert technique_of("x", category, "TA0001", from_outside=True) == "T1190"


def test_noise_stays_noise_whatever_technique_it_tells():
    assert technique_of("ET INFO x", "Misc activity", "T1071", from_outside=False) is None
