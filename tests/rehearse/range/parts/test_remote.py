from datetime import timedelta

import paramiko
import pytest
from tests.rehearse.range.furnished import needs, places, setting_in, standing

from cloison.errors import RangeError
from cloison.rehearse.range.parts.remote import SHELL

PATIENCE = timedelta(seconds=20)


@pytest.fixture
def setting(tmp_path):
    needs("ssh", "sshd", "unshare")
    probe = ["unshare", "--mount", "unshare", "--user", "--map-user=1000", "true"]
    if places()["pilotage"].run(probe, timeout=PATIENCE).returncode:
        pytest.skip("user namespaces are not allowed here")
    return setting_in(tmp_path)


def test_an_administrator_jumps_to_a_server_and_a_password_opens_to_who_has_it(setting):
    admin, user = setting.admins[0], setting.people[0]
    jump, server = setting.host("rebond"), setting.host("base")
    with standing(setting, "remote"):
        trusting = {"BatchMode": "yes", "StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null"}
        options = [part for name, value in trusting.items() for part in ("-o", f"{name}={value}")]
        ssh = ["ssh", "-F", "none", *options, "-i", str(setting.shell_key(admin.name)), "-p", str(setting.port(SHELL))]
        through = " ".join([*ssh, "-W", "%h:%p", f"{admin.name}@{jump.address}"])
        argv = [*ssh, "-o", f"ProxyCommand={through}", f"{admin.name}@{server.address}", "echo $USER"]
        done = places()["pilotage"].run(argv, timeout=PATIENCE)
        assert done.stdout.strip() == admin.name, done.stderr
        assert logged(setting, user.name, user.password)
        assert not logged(setting, user.name, "faux")


def logged(setting, name, password):
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        try:
            client.connect(
                setting.host("base").address,
                setting.port(SHELL),
                name,
                password,
                look_for_keys=False,
                allow_agent=False,
                timeout=10,
            )
        except paramiko.AuthenticationException:
            return False
        return client.exec_command("echo $USER")[1].read().decode().strip() == name


def test_a_server_that_cannot_bind_says_so(setting):
    with standing(setting, "remote"), pytest.raises(RangeError), standing(setting, "remote"):
        pass
