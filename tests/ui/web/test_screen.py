from cloison.model.people import RIGHTS, Right, Role
from cloison.ui.web.guard import GuardedRoute
from cloison.ui.web.screen import api_routers, places, screen_routers, tabs


def test_the_navigation_leads_somewhere_and_in_order():
    addresses = {route.path for router in screen_routers() for route in router.routes}
    assert {place.address for place in places()} <= addresses
    assert {place.address for place in tabs(frozenset(Right))} <= addresses
    assert [place.order for place in places()] == sorted(place.order for place in places())


def test_a_place_is_shown_to_whom_its_page_opens():
    opens = {
        route.path: route.permission.rights
        for router in screen_routers()
        for route in router.routes
        if "GET" in route.methods
    }
    for place in (*places(), *tabs(frozenset(Right))):
        assert place.right in opens[place.address], place.address
    assert tabs(RIGHTS[Role.READER]) == ()


def test_no_two_routes_answer_at_one_address():
    for routers in (screen_routers(), api_routers()):
        found = [(method, route.path) for router in routers for route in router.routes for method in route.methods]
        assert len(found) == len(set(found))


def test_every_route_is_guarded():
    for router in (*screen_routers(), *api_routers()):
        assert all(isinstance(route, GuardedRoute) for route in router.routes)
