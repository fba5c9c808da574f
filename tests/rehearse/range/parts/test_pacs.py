import json
from datetime import timedelta
from urllib.request import urlopen

from tests.rehearse.range.furnished import needs, places, setting_in, standing

from cloison.rehearse.range.parts.pacs import REST, title_of

PATIENCE = timedelta(seconds=10)


def test_the_archive_answers_a_modalitys_echo_and_its_own_zones_questions(tmp_path):
    needs("echoscu")
    setting = setting_in(tmp_path)
    host = setting.host("pacs")
    with standing(setting, "pacs"):
        echo = ["echoscu", "-aet", "SCANNER", "-aec", "PACS", "127.0.0.1", str(setting.port(104))]
        assert places()["imagerie"].run(echo, timeout=PATIENCE).returncode == 0
        with urlopen(f"http://{host.address}:{setting.port(REST)}/modalities", timeout=5) as answer:
            assert json.load(answer) == ["SCANNER"]


def test_titles_fit_what_dicom_allows(tmp_path):
    host = setting_in(tmp_path).host("scanner")
    assert title_of(host) == "SCANNER"
