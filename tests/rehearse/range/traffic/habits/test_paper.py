import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_a_page_is_printed_once_the_printer_has_swallowed_it(tmp_path):
    setting = setting_in(tmp_path)
    one = errand("paper", "fichiers", "impr", 9100, octets=90_000)
    with standing(setting, "printing"):
        assert lived(setting, one) == [0]
    with pytest.raises(ConnectionError):
        lived(setting, one)


def test_without_a_print_server_nothing_is_printed(tmp_path):
    assert drawn(setting_in(tmp_path), "paper") == ()
