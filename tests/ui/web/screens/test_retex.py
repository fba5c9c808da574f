import io

from pypdf import PdfReader
from tests.ui.web.crisis_night import night


def test_a_case_that_is_over_can_be_read_together(tmp_path):
    with night(tmp_path) as room, room.browser() as garde:
        name = room.case()
        room.close(name)
        page = garde.get(f"/situation/{name}/retex").text
        assert "dossier clos" in page
        assert "À discuter ensemble" in page
        assert "clôt le dossier" in page
        assert garde.get("/situation/nowhere/retex").status_code == 404
        for path in (f"/situation/{name}/retex.pdf", f"/main-courante.pdf?dossier={name}"):
            paper = garde.get(path)
            assert paper.headers["content-type"] == "application/pdf"
            assert "clôt le dossier" in "".join(
                one.extract_text() for one in PdfReader(io.BytesIO(paper.content)).pages
            ).replace("\n", " ")
