from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_a_console_asks_and_is_content_when_there_is_nothing(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "pacs"):
        assert lived(setting, errand("priors", "scanner", "pacs", 104, patient=12)) == [0]


def test_where_no_console_stands_nobody_asks(tmp_path):
    assert drawn(setting_in(tmp_path), "priors") == ()
