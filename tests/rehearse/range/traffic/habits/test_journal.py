from tests.rehearse.range.furnished import drawn, errand, lived, setting_in, standing


def test_what_a_server_tells_is_done_whether_or_not_anybody_listens(tmp_path):
    setting = setting_in(tmp_path)
    one = errand("journal", "base", "journaux", 514)
    assert lived(setting, one) == [0]
    with standing(setting, "journals"):
        assert lived(setting, one) == [0]


def test_servers_tell_the_log_server(tmp_path):
    told = {one.source for one in drawn(setting_in(tmp_path), "journal")}
    assert told == {"pacs", "dossier", "base", "fichiers", "courrier"}
