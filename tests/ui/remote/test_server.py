"""Every question that no command's own test asks."""

from datetime import timedelta

import pytest
from tests.enforce.wards import hospital

from cloison.errors import BadMapError, NothingKeptError, UnknownIdError
from cloison.model.indicator import read_indicator, read_pattern
from cloison.model.mute import Scope
from cloison.store.writing import hospital_text
from cloison.ui.remote.server import reach


def test_a_server_is_reached_with_a_token_of_a_file(far, tmp_path):
    file = tmp_path / "token"
    file.write_text(far.token)
    file.chmod(0o600)
    me = reach(far.room.address, file, None, "fr").me()
    assert (me.name, me.login) == ("S. Vigie (essai)", "security-officer")
    assert "seal" in me.rights
    assert "approve" not in me.rights


def test_the_map_comes_and_goes_whole(far):
    assert far.server.hospital() == hospital()
    text = hospital_text(hospital()).encode()
    assert far.server.bring_map(text, "relu") == hospital()
    with pytest.raises(BadMapError) as refused:
        far.server.bring_map(b'format = 1\nname = "x"\n[[zone]]\nid = 3\n', "faux")
    assert refused.value.faults
    assert far.server.hospital() == hospital()


@pytest.mark.parametrize("name", ["..", ".", "a/b", "../status", "%2e%2e", "x?y=1#z", "é"])
def test_a_name_leads_to_no_other_address(far, name):
    with pytest.raises(UnknownIdError):
        far.server.case(name)
    with pytest.raises(UnknownIdError):
        far.server.unmute(name)


def test_what_is_not_there_is_the_same_error_as_here(far):
    indicators = (read_indicator("198.51.100.7"), read_pattern("*.example"))
    with pytest.raises(NothingKeptError):
        far.server.search(indicators, since=None, until=None)
    soon = far.room.console.clock() + timedelta(days=2)
    with pytest.raises(UnknownIdError):
        far.server.mute("zzzz", scope=Scope.PAIR, reason="essai", until=soon)
    with pytest.raises(UnknownIdError):
        far.server.drill("nowhere")


def test_indicators_are_watched_for_and_no_longer(far):
    wanted = (read_indicator("198.51.100.7"), read_pattern("*.example"))
    assert far.server.watch(add=wanted) == 2
    assert far.server.watch(drop=wanted) == 0
