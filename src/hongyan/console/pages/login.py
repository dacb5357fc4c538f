"""Logging in and out."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from hongyan.console import security
from hongyan.console.visit import Visit, page_route
from hongyan.kernel.errors import Throttled


async def form(visit: Visit) -> Response:
    target = security.safe_next(visit.request.query_params.get("next", ""))
    if visit.session is not None:
        return visit.redirect(target)
    return visit.page("pages/login.html", login="", next=target, error="")


async def enter(visit: Visit) -> Response:
    login, password = visit.form.get("login", ""), visit.form.get("password", "")
    target = security.safe_next(visit.form.get("next", ""))
    identity = visit.console.identity
    try:
        person = await identity.check_password(login, password, source=visit.source)
    except Throttled as fault:
        return _again(visit, HTTPStatus.TOO_MANY_REQUESTS, fault.words(visit.language), target)
    if person is None:
        return _again(visit, HTTPStatus.UNPROCESSABLE_ENTITY, visit.words("login.wrong"), target)
    if visit.session is not None:
        await identity.close_login_session(visit.session_token)
    token = await identity.open_login_session(person, source=visit.source)
    response = visit.redirect(target)
    security.set_cookie(response, security.SESSION_COOKIE, token, secure=visit.secure)
    security.drop_cookie(response, security.VISITOR_COOKIE, secure=visit.secure)
    return response


async def leave(visit: Visit) -> Response:
    await visit.console.identity.close_login_session(visit.session_token)
    response = visit.redirect(f"{security.BASE}/login", flash="logged_out")
    security.drop_cookie(response, security.SESSION_COOKIE, secure=visit.secure)
    return response


def _again(visit: Visit, status: HTTPStatus, error: str, target: str) -> Response:
    login = visit.form.get("login", "")
    return visit.page("pages/login.html", status=status, login=login, next=target, error=error)


ROUTES = [
    page_route("/login", "login.form", form),
    page_route("/login", "login.enter", enter, method="POST"),
    page_route("/logout", "login.leave", leave, method="POST"),
]
