"""One request seen as a visit: who comes, in which language, with which form; and the ways to answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hongyan.console import security
from hongyan.console.assets import Assets
from hongyan.console.flashes import FLASHES
from hongyan.console.forms import Form
from hongyan.console.navigation import lit_entry, menu
from hongyan.console.ports import ChannelNames, IdentityPort, InboxFactory, MessagingPort, Reply
from hongyan.console.rendering import Pages
from hongyan.console.settings import ConsoleSettings
from hongyan.identity.model import LoginSession, Person
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Broken
from hongyan.kernel.languages import pick_language

SEES_EVERY_ACCOUNT: Final = frozenset({"root"})
"""Roles of `identity.model.Person` that look across accounts; everybody else sees their own only."""

FLASH_SECONDS: Final = 60
_SCOPE_KEY = "hongyan.visit"


@dataclass(frozen=True, slots=True)
class Console:
    """Everything the pages work with."""

    identity: IdentityPort
    messaging: MessagingPort
    channel_names: ChannelNames
    inbox_factory: InboxFactory
    reply: Reply
    settings: ConsoleSettings
    clock: Clock
    assets: Assets
    pages: Pages


class Visit:
    """Made by the gate before any page runs. `session` and `form` are filled by it and by nobody else.

    `session_token`: what the cookie says, "" without one; believed only when it became a `session`.
    """

    def __init__(self, console: Console, request: Request) -> None:
        self.console = console
        self.request = request
        self.session: LoginSession | None = None
        self.form: Form = {}
        self.session_token = request.cookies.get(security.SESSION_COOKIE, "")
        self._visitor_secret = request.cookies.get(security.VISITOR_COOKIE, "")
        self._new_visitor = False
        settings = console.settings
        self.secure = request.url.scheme == "https" if settings.https is None else settings.https
        self.language = pick_language(
            request.cookies.get(security.LANGUAGE_COOKIE),
            request.headers.get("accept-language", ""),
            settings.default_language,
        )
        request.scope[_SCOPE_KEY] = self

    @property
    def person(self) -> Person:
        """Who is logged in. On a public page it is a mistake to ask."""
        if self.session is None:
            raise Broken("console.no_person", en="a page asked who is there", zh="页面在未登录时读取了用户")
        return self.session.person

    @property
    def account_scope(self) -> int | None:
        """The account whose things this person may see; None: all of them."""
        person = self.person
        return None if person.role in SEES_EVERY_ACCOUNT else person.account_id

    @property
    def source(self) -> str:
        """The caller's address, "" when the server does not know it."""
        return self.request.client.host if self.request.client else ""

    @property
    def secret(self) -> str:
        """What this visitor's forms are bound to."""
        if self.session is not None:
            return self.session_token
        if not self._visitor_secret:
            self._visitor_secret = security.new_visitor_secret()
            self._new_visitor = True
        return self._visitor_secret

    @property
    def wants_fragment(self) -> bool:
        """The request was made by htmx: answer with a piece of the page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def here(self) -> str:
        """Where the visitor is, as a place one can come back to."""
        url = self.request.url
        if self.request.method in ("GET", "HEAD"):
            return f"{url.path}?{url.query}" if url.query else url.path
        entry = lit_entry(self._route_name)
        return security.BASE + (entry.path if entry else "/")

    @property
    def _route_name(self) -> str | None:
        route = self.request.scope.get("route")
        return route.name if isinstance(route, Route) else None

    def words(self, key: str, **facts: object) -> str:
        """A sentence in the visitor's language."""
        return self.console.pages.words(self.language, key, **facts)

    def page(self, page: str, /, *, status: int = 200, **facts: Any) -> Response:
        """A whole page."""
        flash = FLASHES.get(self.request.cookies.get(security.FLASH_COOKIE, ""))
        response = HTMLResponse(
            self._render(
                page,
                flash=flash,
                menu=menu(self.console.settings.sandbox),
                lit=lit_entry(self._route_name),
                **facts,
            ),
            status,
        )
        if flash is not None:
            security.drop_cookie(response, security.FLASH_COOKIE, secure=self.secure)
        return self._with_visitor(response)

    def fragment(self, page: str, /, *, status: int = 200, **facts: Any) -> Response:
        """A piece of a page, for htmx."""
        return HTMLResponse(self._render(page, **facts), status)

    def nothing_new(self) -> Response:
        """The cheap answer to a page that looks again: leave everything as it is."""
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def redirect(self, path: str, *, flash: str | None = None) -> Response:
        """Go to a place in the console (with BASE in front), and say something there."""
        response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
        if flash is not None:
            security.set_cookie(
                response,
                security.FLASH_COOKIE,
                FLASHES[flash].name,
                secure=self.secure,
                max_age=FLASH_SECONDS,
            )
        return response

    def to_login(self) -> Response:
        """Log in first, and come back. A page that updates by itself is told to leave as a whole."""
        target = f"{security.BASE}/login?{urlencode({'next': self._came_from})}"
        response = self.redirect(target, flash="session_over" if self.session_token else None)
        if self.session_token:
            security.drop_cookie(response, security.SESSION_COOKIE, secure=self.secure)
        if self.wants_fragment:
            response.status_code = HTTPStatus.UNAUTHORIZED
            del response.headers["location"]
            response.headers["hx-redirect"] = target
        return response

    @property
    def _came_from(self) -> str:
        """The page to come back to: for a fragment the one that holds it."""
        if not self.wants_fragment:
            return self.here
        try:
            holder = urlsplit(self.request.headers.get("hx-current-url", ""))
        except ValueError:  # no address at all; anybody can send that
            return security.safe_next("")
        return security.safe_next(f"{holder.path}?{holder.query}" if holder.query else holder.path)

    def _render(self, page: str, **facts: Any) -> str:
        return self.console.pages.render(
            self.language,
            page,
            person=self.session.person if self.session else None,
            csrf=security.csrf_token(self.secret),
            here=self.here,
            settings=self.console.settings,
            **facts,
        )

    def _with_visitor(self, response: Response) -> Response:
        if self._new_visitor:
            security.set_cookie(response, security.VISITOR_COOKIE, self._visitor_secret, secure=self.secure)
        return response


Endpoint = Callable[[Visit], Awaitable[Response]]


def page_route(path: str, name: str, endpoint: Endpoint, *, method: str = "GET") -> Route:
    """A route to a page. It is closed to strangers unless `gate.PUBLIC` says otherwise."""

    async def answer(request: Request) -> Response:
        return await endpoint(visit_of(request))

    return Route(path, answer, methods=[method], name=name)


def visit_of(request: Request) -> Visit:
    """The visit that the gate made of this request."""
    visit: Visit = request.scope[_SCOPE_KEY]
    return visit
