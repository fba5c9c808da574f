"""The API as it describes itself, and what it answers to whatever is sent."""

from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from tests.ui.web.consoles import live, serving, session_of

from cloison.model.people import RIGHTS, Role
from cloison.ops.tokens import NEVER, make_token
from cloison.ui.web.api.description import permissions
from cloison.ui.web.app import API, make_app
from cloison.ui.web.guard import GuardedRoute
from cloison.ui.web.screen import screen_routers


@schemathesis.serializer("application/toml")
def as_text(context, value):
    """Send a map's text as it is."""
    del context
    return value if isinstance(value, bytes) else str(value).encode()


CALLS = 3
"""Of each operation, of what its shape allows and of what it does not."""


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """A client with every right that a token may have."""
    console = live(tmp_path_factory.mktemp("api"))
    console.map.write_text('format = 1\nname = "CH de l’Exemple"\n')
    person = session_of(console, Role.SECURITY_OFFICER).person
    now, rights = console.clock(), RIGHTS[Role.SECURITY_OFFICER] - NEVER
    secret, _ = make_token(console.database, person, "essai", rights, lasts=timedelta(days=1), now=now)
    headers = {"Authorization": f"Bearer {secret}"}
    with (
        serving(make_app(console)) as address,
        httpx.Client(verify=False, base_url=address, headers=headers, timeout=60) as client,  # noqa: S501 - plain HTTP
    ):
        yield client


@pytest.fixture(scope="module")
def document(api):
    return api.get(f"{API}/openapi.json").json()


def test_the_description_is_for_who_is_signed_in(api):
    assert httpx.get(f"{api.base_url}{API}/openapi.json").status_code == 401


def test_every_operation_says_what_it_is_for_and_which_right_it_asks(document):
    operations = {
        (f"{API}{path}", method.lower()): document["paths"][f"{API}{path}"][method.lower()]
        for path, method, _ in permissions()
    }
    assert all(one["summary"] and one["x-right"] and "Right:" in one["description"] for one in operations.values())
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == set(operations)


def test_pages_are_not_in_the_description(document):
    assert all(path.startswith(f"{API}/") for path in document["paths"])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_whatever_is_sent_is_answered_and_never_breaks_the_server(api, document, mode):
    schema = schemathesis.openapi.from_dict(document)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == len(permissions())
    told = {label for one in operations for label in labels_answered(api, one, mode)}
    assert len(told) > len(operations) / 2


def labels_answered(api, operation, mode):
    """Call one operation a few times; gives its label if anything could be sent."""
    answered = set()

    @settings(max_examples=CALLS, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case):
        answer = case.call(base_url=str(api.base_url), headers=dict(api.headers))
        answered.add(operation.label)
        assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        if answer.status_code >= 400:
            assert answer.json().keys() >= {"error", "problem", "fix", "where"}

    with suppress(Unsatisfiable):  # what takes no input has no forbidden one
        call()
    return answered


PEOPLES_OWN = {
    # Who somebody is, and what signs: a browser's session, the password, the second factor. No program has these.
    "/entree": "sign-in",
    "/premier": "one-time links",
    "/verrou": "a session's lock",
    "/sortie": "a session's end",
    "/compte": "one's own password, factors, sessions and tokens",
    "/reglages/personnes": "accounts: no token has the right to make any",
}
THE_SAME = {
    "/situation": ("POST", "/cases"),
    "/situation/{case}/alerte/{finding}/normal": ("POST", "/mutes"),
    "/situation/{case}/doute": ("POST", "/cases/{case}/doubts"),
    "/situation/{case}/porte": ("POST", "/cases/{case}/pins"),
    "/situation/{case}/plan": ("POST", "/cases/{case}/plan"),
    "/situation/{case}/approuver": ("POST", "/cases/{case}/approvals"),
    "/situation/{case}/retirer": ("DELETE", "/cases/{case}/approvals"),
    "/situation/{case}/rouvrir": ("POST", "/cases/{case}/openings"),
    "/situation/{case}/reprendre": ("POST", "/cases/{case}/resumption"),
    "/situation/{case}/fait": ("POST", "/cases/{case}/by-hand"),
    "/situation/{case}/clore": ("POST", "/cases/{case}/closing"),
    "/main-courante": ("POST", "/logbook"),
    "/soins/{service}": ("POST", "/care/{service}/state"),
    "/soins/{service}/formulaires": ("POST", "/care/{service}/forms"),
    "/soins/{service}/procedure": ("PUT", "/care/{service}/procedure"),
    "/exercices": ("POST", "/drills"),
    "/reglages/carte": ("PUT", "/map"),
    "/reglages/carte/{number}": ("POST", "/map/versions/{number}"),
    "/reglages/sondes": ("POST", "/readings"),
    "/reglages/portes": ("POST", "/doors/health"),
    "/reglages/normal/retirer": ("DELETE", "/mutes/{mute}"),
    "/reglages/avis": ("PUT", "/notices/ways"),
    "/reglages/avis/essai": ("POST", "/notices/trial"),
    "/reglages/astreinte": ("PUT", "/on-call"),
    "/reglages/verrou": ("PUT", "/locking"),
}


def test_whatever_a_page_changes_the_api_changes_with_the_same_rights():
    known = {(method, path): permission for path, method, permission in permissions()}
    forms = [
        route
        for router in screen_routers()
        for route in router.routes
        if isinstance(route, GuardedRoute) and "POST" in route.methods and not route.path.startswith(tuple(PEOPLES_OWN))
    ]
    assert {route.path for route in forms} == set(THE_SAME)
    for route in forms:
        theirs = known[THE_SAME[route.path]]
        assert route.permission.rights <= theirs.rights, route.path
        assert theirs.signed == route.permission.signed, route.path
