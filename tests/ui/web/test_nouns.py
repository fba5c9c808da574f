import httpx
import pytest

from cloison import __version__
from cloison.ui.answers import NOUN, VERSION_HEADER


@pytest.fixture
def client(far):
    headers = {"Authorization": f"Bearer {far.token}"}
    with httpx.Client(verify=False, base_url=f"{far.room.address}/api/v1", headers=headers) as made:  # noqa: S501 - plain HTTP
        yield made


def test_a_program_gets_a_document_and_cloison_the_noun_it_asks_for(client):
    document = client.get("/mutes")
    assert document.headers["content-type"] == "application/json"
    assert document.json() == {"version": 1, "mutes": []}
    noun = client.get("/mutes", headers={"Accept": NOUN})
    assert noun.headers["content-type"].startswith(NOUN)
    assert noun.json() == {"mutes": []}


def test_every_answer_of_the_api_to_who_may_ask_says_its_version(client, far):
    assert client.get("/mutes").headers[VERSION_HEADER] == __version__
    assert client.get("/kit").status_code == 404
    assert VERSION_HEADER not in httpx.get(f"{far.room.address}/api/v1/mutes").headers
    assert VERSION_HEADER not in client.get(f"{far.room.address}/").headers
