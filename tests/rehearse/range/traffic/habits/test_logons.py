from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_a_person_is_logged_on_by_the_domain(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "kerberos"):
        assert lived(setting, errand("logons", "poste", "annuaire", 88)) == [0]


def test_desks_log_on(tmp_path):
    assert {one.source for one in drawn(setting_in(tmp_path), "logons", hours=72)} == {"poste"}
