"""The gate in front of every page: closed unless this file says open.

Before a page runs, the gate knows who comes (login session), reads the form of a POST and checks that it came from
one of our own pages. A new page is protected because it exists, not because somebody remembered.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hongyan.console import errors, security
from hongyan.console.forms import read_form
from hongyan.console.visit import Console, Visit
from hongyan.kernel.errors import HongyanError

PUBLIC: Final = frozenset({("GET", "/login"), ("POST", "/login"), ("POST", "/language")})
"""(method, path below BASE) that strangers may use. With STATIC this is the whole list."""
STATIC: Final = "/static/"
"""Assets hold nothing about anybody and need no visitor."""

_READING: Final = frozenset({"GET", "HEAD"})


class Gate:
    """ASGI middleware around the router."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self._app = app
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _settle_root(scope)
        answer = _with_headers(send)
        visit = Visit(self._console, Request(scope, receive))
        try:
            refusal = await _refusal(visit)
        except (HTTPException, HongyanError) as fault:
            refusal = errors.answer(visit, fault)
        await (refusal or self._app)(scope, receive, answer)


async def _refusal(visit: Visit) -> Response | None:
    """Why this visit ends here, or None."""
    request = visit.request
    path = request.scope["path"].removeprefix(security.BASE)
    if path.startswith(STATIC) and request.method in _READING:
        return None
    if visit.session_token:
        visit.session = await visit.console.identity.login_session(visit.session_token)
    method = "GET" if request.method == "HEAD" else request.method
    if visit.session is None and (method, path) not in PUBLIC:
        return visit.to_login()
    if request.method not in _READING:
        if security.is_cross_site(request):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        visit.form = await read_form(request)
        token = request.headers.get(security.CSRF_HEADER) or visit.form.get(security.CSRF_FIELD, "")
        if not security.csrf_matches(visit.secret, token):
            raise HTTPException(HTTPStatus.FORBIDDEN)
    return None


def _settle_root(scope: Scope) -> None:
    """Mounted below BASE, or handed the whole path by a plain dispatcher: both look the same from here on."""
    scope["root_path"] = security.BASE
    if scope["path"] == security.BASE:
        scope["path"] += "/"


def _with_headers(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), *security.HEADERS]
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append(security.NO_STORE)
            message = {**message, "headers": headers}
        await send(message)

    return answer
