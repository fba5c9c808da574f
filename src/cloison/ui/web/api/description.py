"""What the API is, for programs and for those who write them."""

from typing import Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi

from cloison import __version__
from cloison.model.people import Right
from cloison.ui.web.guard import GuardedRoute, Permission, allowed, guarded_router
from cloison.ui.web.screen import api_routers

router = guarded_router()
VERSION = "v1"
_SUMMARY = """Everything that the pages do. Send `Authorization: Bearer TOKEN`; one is made on the page "My account".

An error is `{"error", "problem", "fix", "where"}`. Moments are UTC, ISO 8601."""

_SIGNED = " A person signs it: `secret`, and through a token of scope `seal` `code` too."


@router.get("/openapi.json", summary="This description")
@allowed(Right.READ)
def describe(request: Request) -> dict[str, Any]:
    """Describe every address of the API, its shapes, and the right that it asks for."""
    described = get_openapi(
        title="Cloison", version=f"{__version__} ({VERSION})", description=_SUMMARY, routes=request.app.routes
    )
    described["components"].setdefault("securitySchemes", {})["token"] = {"type": "http", "scheme": "bearer"}
    described["security"] = [{"token": []}]
    for path, method, permission in permissions():
        operation = described["paths"].get(f"/api/{VERSION}{path}", {}).get(method.lower())
        if operation is not None:
            rights = ", ".join(sorted(permission.rights))
            signed = (
                " A person signs it: `secret`, and through a token of scope seal `code` too."
                if permission.signed
                else ""
            )
            operation["x-right"] = rights
            operation["description"] = f"{operation.get('description', '')}\n\nRight: {rights}.{signed}".strip()
            operation["responses"] |= _REFUSALS
    return described


def permissions() -> list[tuple[str, str, Permission]]:
    """Give (path, method, permission) of each route of the API."""
    return [
        (route.path, method, route.permission)
        for found in api_routers()
        for route in found.routes
        if isinstance(route, GuardedRoute)
        for method in sorted(route.methods or ())
    ]


_SHAPE = {
    "type": "object",
    "required": ["error", "problem", "fix", "where"],
    "properties": {name: {"type": "string"} for name in ("error", "problem", "fix", "where")},
}
_REFUSALS = {
    code: {"description": words, "content": {"application/json": {"schema": _SHAPE}}}
    for code, words in {
        "400": "What was sent cannot be read",
        "401": "Nobody is signed in",
        "403": "The right is missing",
        "404": "There is no such thing",
        "409": "Another was faster, or something is under way",
        "413": "What was sent is too large",
        "422": "What was sent is refused",
        "429": "Too many wrong guesses",
        "503": "It could not be done",
    }.items()
}
