"""The paper kit, as it was last made: to print."""

from fastapi import Response

from cloison.model.people import Right
from cloison.ops.kit import FILE, kit_file
from cloison.ui.web.guard import allowed, guarded_router
from cloison.ui.web.page import OnPage

router = guarded_router()


@router.get("/kit")
@allowed(Right.READ, reads="kit")
def paper_kit(page: OnPage) -> Response:
    """Give the PDF."""
    try:
        content = kit_file(page.console.home).read_bytes()
    except OSError:
        return page.render("no-kit.html")
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{FILE}"'}
    )
