"""Faults as pages: a status, and words that say what to do next.

htmx puts error answers into the page too, so a fragment's fault says not to: the page that asked stays as it is.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hongyan.console import security
from hongyan.console.visit import Visit, visit_of
from hongyan.kernel.errors import Broken, HongyanError, Misconfigured, Refused, RemoteFault, Throttled

_STATUSES: Final = (
    (Throttled, HTTPStatus.TOO_MANY_REQUESTS),
    (Refused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RemoteFault, HTTPStatus.BAD_GATEWAY),
    (Misconfigured, HTTPStatus.SERVICE_UNAVAILABLE),
    (Broken, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""Our errors -> statuses; the first row that fits."""

WORDED: Final = frozenset({400, 403, 404, 405, 413, 415, 422, 429, 500, 502, 503})
"""Statuses with sentences of their own in the catalogues (`error.<status>.title`, `.advice`)."""


def status_of(fault: HongyanError) -> HTTPStatus:
    """The status that tells who must act."""
    return next(status for kind, status in _STATUSES if isinstance(fault, kind))


def answer(visit: Visit, fault: Exception) -> Response:
    """The page for a fault. What is ours to know of an unexpected one stays in the log."""
    status, detail, headers = HTTPStatus.INTERNAL_SERVER_ERROR, "", {}
    if isinstance(fault, HTTPException):
        status, headers = HTTPStatus(fault.status_code), dict(fault.headers or {})
    elif isinstance(fault, HongyanError):
        status = status_of(fault)
        detail = "" if isinstance(fault, Broken) else fault.words(visit.language)
    if visit.wants_fragment:
        return Response(detail, status, {**headers, "hx-reswap": "none"}, "text/plain")
    worded = status if status in WORDED else HTTPStatus.BAD_REQUEST
    page = visit.page("pages/error.html", status=status, code=int(status), worded=int(worded), detail=detail)
    page.headers.update(headers)
    return page


async def known(request: Request, fault: Exception) -> Response:
    """Handler of the faults that pages raise on purpose."""
    return answer(visit_of(request), fault)


async def unexpected(request: Request, fault: Exception) -> Response:
    """Handler of the rest. It runs outside of the gate, so it brings the headers along; the server logs the fault."""
    response = answer(visit_of(request), fault)
    response.raw_headers.extend((*security.HEADERS, security.NO_STORE))
    return response
