from datetime import timedelta

from tests.rehearse.range.furnished import needs, places, setting_in, standing


def test_the_receiver_answers_under_any_title(tmp_path):
    needs("echoscu")
    setting = setting_in(tmp_path)
    with standing(setting, "modalities"):
        echo = ["echoscu", "-aec", "SCANNER", setting.host("scanner").address, str(setting.port(104))]
        assert places()["serveurs"].run(echo, timeout=timedelta(seconds=10)).returncode == 0
