"""Answers of the API: a document for any program; the noun itself for `cloison --server`, which prints it."""

from collections.abc import Callable
from typing import Any, TypeAlias

from fastapi import Response

from cloison.store.documents import written
from cloison.ui.answers import NOUN
from cloison.ui.web.page import Page

Told: TypeAlias = dict[str, Any] | list[dict[str, Any]] | Response
"""What an endpoint gives back; to be declared with `**AS_ASKED`."""


def _shape(kind: str) -> dict[str, Any]:
    return {
        "response_model": None,
        "responses": {
            "2XX": {
                "description": "As asked for in Accept; a noun is for a program of the same version",
                "content": {"application/json": {"schema": {"type": kind}}, NOUN: {"schema": {"type": "object"}}},
            }
        },
    }


AS_ASKED, LISTED_AS_ASKED = _shape("object"), _shape("array")
"""Options of a route whose document is an object, or an array."""


def tell(page: Page, noun: object, document: Callable[[], dict[str, Any] | list[dict[str, Any]]]) -> Told:
    """Answer with a document, or with the noun to who asks for it."""
    if NOUN in page.request.headers.get("accept", ""):
        return Response(written(noun), media_type=NOUN)
    return document()
