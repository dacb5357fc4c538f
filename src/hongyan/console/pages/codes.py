"""What a carrier's code means: the table of codes, one code at a time."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from hongyan.console.carrier_codes import PROTOCOLS, look_up
from hongyan.console.visit import Visit, page_route

LONGEST_CODE: Final = 64
"""Characters."""


async def show(visit: Visit) -> Response:
    query = visit.request.query_params
    code, protocol = query.get("code", "").strip()[:LONGEST_CODE], query.get("protocol", "")
    known = protocol if protocol in PROTOCOLS else ""
    return visit.page(
        "pages/codes.html",
        code=code,
        longest=LONGEST_CODE,
        protocol=known,
        protocols=PROTOCOLS,
        found=look_up(code, known or None, visit.language) if code else None,
    )


ROUTES = [page_route("/codes", "codes", show)]
