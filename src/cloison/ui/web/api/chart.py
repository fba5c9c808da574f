"""The map."""

from fastapi import Response

from cloison.errors import MissingFileError
from cloison.model.people import Right
from cloison.store.hospital_file import write_text
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.session import TheConsole
from cloison.words import say

router = guarded_router()


@router.get(
    "/map",
    summary="The map, as its file",
    response_class=Response,
    responses={200: {"content": {"application/toml": {"schema": {"type": "string"}}}}},
)
@allowed(Right.READ, reads="api/map")
def chart(console: TheConsole) -> Response:
    """Give the whole map as `hospital.toml` holds it."""
    hospital = console.map_on_disk.hospital()
    if hospital is None:
        raise MissingFileError(
            say("there is no map yet"),
            fix=say(
                "import one on the page of settings, or let traffic propose it: {command}", command="cloison learn"
            ),
            where=console.map.name,
        )
    return Response(write_text(hospital, None), media_type="application/toml")
