import socket

from tests.rehearse.intruder.stages import act, setting_in, standing, target

from cloison.rehearse.intruder.stage import Target


def test_the_supplier_s_account_opens_a_session(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "remote"):
        where = target(setting, "dossier")
        told = act(tmp_path / "acts", "supplier-session", where, setting=setting)
        log = "".join(path.read_text() for path in (tmp_path / "range").rglob("remote.log"))
    assert told == [("supplier-session", where.address)]
    assert "Accepted password for" in log


def test_another_service_is_held_open(tmp_path):
    with socket.create_server(("127.0.61.50", 0)) as listening:
        listening.settimeout(2)
        port = listening.getsockname()[1]
        where = Target(name="poste", address="127.0.61.50")
        told = act(tmp_path, "supplier-session", where, parameters={"port": port, "stay_minutes": 100})
        peer, _ = listening.accept()
        assert peer.recv(1) == b""
        peer.close()
    assert told == [("supplier-session", where.address)]
