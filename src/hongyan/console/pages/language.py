"""Switching the language, on every page and before the login too."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hongyan.console import security
from hongyan.console.visit import Visit, page_route
from hongyan.kernel.languages import LANGUAGES

COOKIE_SECONDS: Final = 365 * 86_400


async def choose(visit: Visit) -> Response:
    language = visit.form.get("language", "")
    if language not in LANGUAGES:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    if visit.session is not None:
        await visit.console.identity.change_language(visit.person, language)
    response = visit.redirect(security.safe_next(visit.form.get("next", "")))
    security.set_cookie(
        response, security.LANGUAGE_COOKIE, language, secure=visit.secure, max_age=COOKIE_SECONDS
    )
    return response


ROUTES = [page_route("/language", "language.choose", choose, method="POST")]
