import pytest
from tests.rehearse.intruder.stages import setting_in, standing, target

from cloison.rehearse.intruder.sessions import disk_shares, smb_session, ssh_session, try_ssh_password
from cloison.rehearse.intruder.stage import Account, Target


def test_an_account_opens_a_file_server_and_a_wrong_password_does_not(tmp_path):
    setting = setting_in(tmp_path)
    weak = next(one for one in setting.accounts if one.weak)
    port = setting.port(445)
    with standing(setting, "share"):
        where = target(setting, "fichiers")
        with smb_session(where, Account(service="smb", user=weak.name, opens=weak.password), port) as session:
            assert {"SERVICES", "ADMIN$"} <= set(disk_shares(session))
        with (
            pytest.raises(OSError),  # noqa: PT011 - the server's own words
            smb_session(where, Account(service="smb", user=weak.name, opens="faux"), port),
        ):
            pass


def test_an_account_opens_a_shell_and_a_wrong_password_does_not(tmp_path):
    setting = setting_in(tmp_path)
    weak = next(one for one in setting.accounts if one.weak)
    port = setting.port(22)
    with standing(setting, "remote"):
        where = target(setting, "dossier")
        with ssh_session(where, Account(service="ssh", user=weak.name, opens=weak.password), port) as line:
            assert line.is_authenticated()
        try_ssh_password(where, weak.name, "faux", port)


def test_nobody_there_is_said_as_any_fault_of_the_network():
    nobody = Target(name="personne", address="127.0.61.77")
    account = Account(service="ssh", user="a", opens="b")
    with pytest.raises(OSError), ssh_session(nobody, account, 9):  # noqa: PT011 - refused, or silent
        pass
