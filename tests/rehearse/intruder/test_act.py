import re

from cloison.rehearse.intruder.act import known_acts


def test_every_act_has_a_name_of_its_file_and_a_technique():
    for name, act in known_acts().items():
        assert act.__module__.rpartition(".")[2] == name.replace("-", "_")
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", act.TECHNIQUE)
        assert act.HOSTILE is True
        assert act().perform


def test_the_acts_of_the_scenarios_are_there():
    assert set(known_acts()) == {
        "beacon", "collect", "exfiltrate", "fetch", "guess", "move-smb", "move-ssh", "rewrite", "scan",
        "supplier-session", "walk-names",
    }  # fmt: skip
