import pytest
from tests.rehearse.intruder.stages import act, setting_in, standing, target

from cloison.rehearse.intruder.sessions import smb_session
from cloison.rehearse.intruder.stage import Target


@pytest.fixture
def share(tmp_path):
    setting = setting_in(tmp_path / "range")
    with standing(setting, "share"):
        yield setting


def test_names_of_the_range_are_tried_and_the_last_try_opens(share, tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(
        "cloison.rehearse.intruder.acts.guess.smb_session",
        lambda where, account, port: tried.append((account.user, account.opens)) or smb_session(where, account, port),
    )
    told = act(
        tmp_path / "acts",
        "guess",
        target(share, "fichiers"),
        setting=share,
        parameters={"accounts": 3, "tries": 1, "per_minute": 3000},
    )
    assert told == [("guess", share.host("fichiers").address)]
    weak = next(one for one in share.accounts if one.weak)
    assert [user for user, _ in tried] == [*(one.name for one in share.people[:3]), weak.name]
    assert tried[-1] == (weak.name, weak.password)


def test_nobody_there_is_no_fault(tmp_path):
    nobody = Target(name="personne", address="127.0.61.77")
    for over in ("smb", "ssh", "http"):
        told = act(tmp_path / over, "guess", nobody, shift=20_000, parameters={"over": over, "accounts": 1, "tries": 1})
        assert told == [("guess", nobody.address)]
