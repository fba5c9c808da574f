from tests.ui.web.consoles import demonstration, live
from tests.ui.web.stories import quiet_story

from cloison.model.people import Right
from cloison.ui.web.console import ONLOOKER, Console


def test_a_live_console_has_an_entrance_and_a_demonstration_has_none(tmp_path):
    assert live(tmp_path).entrance is not None
    assert demonstration(quiet_story()).entrance is None


def test_an_onlooker_only_reads():
    assert ONLOOKER.rights == {Right.READ}


def test_a_console_signs_in_by_the_directory_when_its_home_names_one(tmp_path):
    console = live(tmp_path)
    assert console.directory is None
    path = tmp_path / "directory.toml"
    path.write_text('issuer = "https://sso.hopital.example"\nclient_id = "c"\nclient_secret = "s"\nroles = {}\n')
    path.chmod(0o600)
    again = Console.opened(tmp_path, tmp_path / "hospital.toml", console.database)
    assert again.directory.settings.issuer == "https://sso.hopital.example"
