"""Style sheet, scripts and pictures."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hongyan.console.visit import Visit, page_route


async def serve(visit: Visit) -> Response:
    response = visit.console.assets.response(visit.request.path_params["name"])
    if response is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return response


ROUTES = [page_route("/static/{name}", "static", serve)]
