"""Every route x every role x nobody x another site's form, from the routes as they are."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.ui.web.consoles import PASSWORD, demonstration, live, serving, session_of, signed_in
from tests.ui.web.stories import quiet_story

from cloison.model.people import RIGHTS, Right, Role
from cloison.ops.entrance import Client, rights_of
from cloison.ops.factors import Factors
from cloison.ops.tokens import NEVER, make_token
from cloison.store.reads import reads_kept
from cloison.store.sessions import Stage
from cloison.ui.web.app import API, make_app
from cloison.ui.web.events import events_router
from cloison.ui.web.guard import GuardedRoute, allowed, guarded_router, open_to_all
from cloison.ui.web.screen import api_routers, screen_routers

OURS, THEIRS = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://ailleurs.example"}


def routes():
    """Give (method, path, permission) of every route that this build has, API included."""
    found = [("", router) for router in (*screen_routers(), events_router())] + [(API, one) for one in api_routers()]
    return sorted(
        (method, prefix + re.sub(r"{[^}]*}", "inconnu", route.path), route.permission)
        for prefix, router in found
        for route in router.routes
        if isinstance(route, GuardedRoute)
        for method in route.methods
    )


ROUTES = [(method, path, permission) for method, path, permission in sorted(routes(), key=lambda one: one[:2])]
CLOSED = [one for one in ROUTES if one[2].rights]
CHANGING = [one for one in ROUTES if one[0] not in {"GET", "HEAD"}]


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    return live(tmp_path_factory.mktemp("guard"))


@pytest.fixture(scope="module")
def address(console):
    with serving(make_app(console)) as address:
        yield address


def ask(browser, method, path, **more):
    """Ask, and read only how it begins: a stream of events never ends."""
    with browser.stream(method, path, **more) as answer:
        if "event-stream" not in answer.headers.get("content-type", ""):
            answer.read()
        return answer


def nobody_at(address, **more):
    """A client without a session; loading the system's certificates would take the longest."""
    return httpx.Client(verify=False, base_url=address, **more)  # noqa: S501 - plain HTTP at loopback


def refusal_of(answer):
    """Give the code of the error that an answer tells, if it tells one."""
    told = answer.headers.get("content-type", "").startswith("application/json") and answer.status_code >= 400
    return answer.json()["error"] if told else None


def test_without_a_session_every_closed_route_is_shut(address):
    with nobody_at(address, headers=OURS) as nobody:
        let_in = {(method, path) for method, path, _ in CLOSED if ask(nobody, method, path).status_code != 401}
    assert let_in == set()


@pytest.mark.parametrize("role", Role)
def test_every_role_is_let_in_where_its_rights_say_and_nowhere_else(address, console, role):
    wrong = []
    for method, path, permission in CLOSED:
        right = bool(permission.rights & RIGHTS[role])
        stage = Stage.OPEN if Stage.OPEN in permission.stages else min(permission.stages)
        # Some of these end their session, or lock it: a fresh one asks each time.
        with signed_in(address, session_of(console, role, stage)) as browser:
            browser.headers["Accept"] = "application/json"
            refused = refusal_of(ask(browser, method, path)) == "not-allowed"
        # A form of the second factor refuses a stale page in the same words.
        if refused == right and "second" not in path:
            wrong.append((method, path))
    assert wrong == []


def test_a_session_that_is_not_far_enough_opens_nothing_else(address, console):
    wrong = []
    for stage in Stage:
        with signed_in(address, session_of(console, Role.SECURITY_OFFICER, stage)) as browser:
            browser.headers["Accept"] = "application/json"
            for method, path, permission in CLOSED:
                if stage in permission.stages:
                    continue
                if ask(browser, method, path).status_code != 401:
                    wrong.append((stage, method, path))
    assert wrong == []


@pytest.mark.parametrize(
    ("case", "headers"),
    [
        ("another site's form", THEIRS),
        ("another site's form in an old browser", {"Origin": "https://ailleurs.example"}),
        ("a form whose origin is hidden", {"Origin": "null"}),
        ("a sister site's form", {"Sec-Fetch-Site": "same-site"}),
        ("no browser at all", {}),
        ("our own page, without the session's token", OURS),
        ("our own page, with another session's token", {**OURS, "X-CSRF": "x" * 32}),
    ],
)
def test_no_other_site_can_change_anything_through_a_browser(address, console, case, headers):
    cookies = {"cloison": session_of(console, Role.SECURITY_OFFICER).cookie}
    passed = []
    with nobody_at(address, cookies=cookies, headers=headers) as browser:
        for method, path, _ in CHANGING:
            answer = ask(browser, method, path, data={"secret": PASSWORD})
            if refusal_of(answer) != "not-allowed":
                passed.append((method, path, answer.status_code))
    assert passed == [], case


def test_what_asks_for_a_signature_wants_the_password_in_the_same_request(address, console):
    signed = [(method, path, permission) for method, path, permission in CLOSED if permission.signed]
    assert signed
    unsigned = []
    for method, path, permission in signed:
        role = next(role for role in Role if permission.rights & RIGHTS[role])
        with signed_in(address, session_of(console, role)) as browser:
            browser.headers["Accept"] = "application/json"
            if refusal_of(ask(browser, method, path)) not in {"sign-in-refused", "too-many-attempts"}:
                unsigned.append((method, path))
    assert unsigned == []


def test_the_password_signs_from_a_form_and_from_json(address, console):
    with signed_in(address, session_of(console, Role.ADMINISTRATOR)) as browser:
        form = {"secret": PASSWORD, "login": "b.martin", "name": "B. Martin", "role": "reader"}
        assert browser.post("/reglages/personnes", data=form).status_code == 200


def test_who_reads_the_map_is_kept_before_it_is_shown(address, console):
    with signed_in(address, session_of(console, Role.READER)) as browser:
        browser.get("/carte")
    assert reads_kept(console.database)[0][1].who == "L. Lecteur"
    assert reads_kept(console.database)[0][1].what == "carte"


def test_without_a_second_factor_no_door_moves_and_no_account_is_made(console):
    person = session_of(console, Role.ON_CALL).person
    opened = console.entrance.open_session(person, Stage.OPEN, Client(address=""), now=console.clock())
    assert not rights_of(person, opened.session) & {Right.APPROVE, Right.SEAL, Right.PEOPLE}


def test_a_demonstration_is_read_by_whoever_comes_and_changed_by_nobody(tmp_path):
    del tmp_path
    with (
        serving(make_app(demonstration(quiet_story()))) as address,
        nobody_at(address) as nobody,
    ):
        assert nobody.get("/").status_code == 200
        changed = [
            (method, path) for method, path, _ in CHANGING if ask(nobody, method, path, headers=OURS).status_code < 400
        ]
    assert changed == []


def test_a_route_that_does_not_say_who_may_keeps_the_console_from_starting():
    router = guarded_router()

    def everything() -> str:
        return "everything"

    with pytest.raises(TypeError, match=r"does not say who may: @allowed"):
        router.get("/tout")(everything)


def test_a_permission_names_rights():
    with pytest.raises(TypeError, match="open_to_all"):
        allowed()


def test_routes_open_to_all_are_few_and_known():
    assert {path for _, path, permission in ROUTES if not permission.rights} <= {
        "/entree",
        "/premier/inconnu",
        "/entree/annuaire",
        "/entree/annuaire/retour",
    }
    assert open_to_all(lambda: None) is not None


def test_a_tokens_person_signs_with_password_and_code_and_no_token_does_alone(address, console):
    person = session_of(console, Role.ON_CALL).person
    code = Factors(console.database, console.entrance.key, person).new_recovery_codes(now=console.clock())[0]
    rights, day = RIGHTS[Role.ON_CALL] - NEVER, timedelta(days=1)

    def refused(scopes, **signature):
        secret, _ = make_token(console.database, person, "essai", scopes, lasts=day, now=console.clock())
        told = {"choice": "total-cut", "seen": "", **signature}
        with nobody_at(address, headers={"Authorization": f"Bearer {secret}"}) as program:
            return refusal_of(program.post(f"{API}/cases/inconnu/approvals", json={"secret": "", **told}))

    assert refused(rights) == "not-allowed"
    assert refused(rights, secret=PASSWORD) == "not-allowed"
    assert refused(rights, secret=PASSWORD, code="000000") == "sign-in-refused"
    assert refused(rights, secret=PASSWORD[1:], code=code) == "sign-in-refused"
    assert refused(rights - {Right.SEAL}, secret=PASSWORD, code=code) == "not-allowed"
    # Signed as it should be, it is past the guard: there is no such case.
    assert refused(rights, secret=PASSWORD, code=code) not in {"not-allowed", "sign-in-refused"}
    assert refused(rights, secret=PASSWORD, code=code) == "sign-in-refused"  # a code serves once
