from datetime import timedelta

import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, needs, places, setting_in, standing

from cloison.rehearse.range.traffic.habits.shells import client, run


def test_an_administrator_looks_at_a_server_through_the_jump_host(tmp_path):
    needs("ssh", "sshd", "unshare")
    probe = ["unshare", "--mount", "unshare", "--user", "--map-user=1000", "true"]
    if places()["pilotage"].run(probe, timeout=timedelta(seconds=5)).returncode:
        pytest.skip("user namespaces are not allowed here")
    setting = setting_in(tmp_path)
    one = errand("shells", "rebond", "base", 22, admin="admin-1", look="true")
    with standing(setting, "remote"):
        assert lived(setting, one) == [0]


def test_a_program_that_fails_or_lasts_is_an_error_that_may_be_tried_again():
    with pytest.raises(ConnectionError):
        run(["false"])
    with pytest.raises(TimeoutError):
        run(["sleep", "5"], patience=0.1)
    assert run(["echo", "oui"]) == "oui\n"


def test_nobodys_own_settings_are_read(tmp_path):
    words = client(setting_in(tmp_path), "adm.essai")
    assert words[1:3] == ["-F", "none"]
    assert "BatchMode=yes" in words


def test_administrators_jump_by_day(tmp_path):
    looks = drawn(setting_in(tmp_path), "shells")
    assert {(one.source, one.conduit) for one in looks} == {("rebond", "pilotage>serveurs")}
