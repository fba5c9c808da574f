import json

import pytest
from tests.ui.web.crisis_night import night

from cloison.model.people import Role


@pytest.fixture
def room(tmp_path):
    with night(tmp_path, mapped=False) as made:
        yield made


def test_lines_are_written_corrected_found_and_taken_away(room):
    with room.browser() as garde:
        assert "Rien n’est encore écrit" in garde.get("/main-courante").text
        garde.post("/main-courante", data={"text": "Directeur prévenu à 02:50"})
        page = garde.post("/main-courante", data={"text": "Directeur prévenu à 02:52", "about": "1"}).text
        assert "corrige le n° 1" in page
        assert "02:52" in garde.get("/main-courante?texte=02:52").text
        assert "Aucune entrée ne dit cela" in garde.get("/main-courante?texte=zzz").text
        assert "Aucune entrée ne dit cela" in garde.get("/main-courante?qui=machines").text
        assert "chacune telle qu’elle a été écrite" in garde.get("/main-courante/controle").text
        assert garde.get("/main-courante.csv").text.count("Directeur") == 2
        taken = json.loads(garde.get("/main-courante.json").content)
        assert (taken["chain"]["entries"], taken["chain"]["broken_at"]) == (2, None)
        assert "02:52" in garde.get("/main-courante/flux").text


def test_a_line_without_words_is_refused_and_kept_in_its_field(room):
    with room.browser() as garde:
        answer = garde.post("/main-courante", data={"text": "x" * 2001})
        assert answer.status_code == 422
        assert 'value="xxx' in answer.text


def test_a_reader_reads_and_does_not_write(room):
    with room.browser(Role.READER) as reader:
        assert 'name="text"' not in reader.get("/main-courante").text
        assert reader.post("/main-courante", data={"text": "a"}).status_code == 403


def test_what_is_written_acts_on_no_page(room):
    with room.browser() as garde:
        garde.post("/main-courante", data={"text": "<script>document.title='pris'</script>"})
        assert "<script>document.title" not in garde.get("/main-courante").text
