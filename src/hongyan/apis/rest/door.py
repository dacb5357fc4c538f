"""The REST door as a raw ASGI callable: `RestDoor._answer` is the list of its steps.

No rules live here: authenticate, parse, call a service, answer. Every answer is JSON, or a file that was asked for;
errors have one shape, in the caller's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Protocol

import msgspec
import structlog

from hongyan.apis.asgi import Bodies, BodyFault, BodyRefused, ClientGone, Receive, Scope, Send, header, peer
from hongyan.apis.request_ids import new_request_id
from hongyan.apis.rest.call import Call, File, Services
from hongyan.apis.rest.errors import Problem, door_refusal, problem_of, status_of, unexpected
from hongyan.apis.rest.openapi import document
from hongyan.apis.rest.reading import (
    check_file_type,
    read_basic,
    read_body,
    read_file,
    read_idempotency_key,
    read_query,
)
from hongyan.apis.rest.route import Route, Who
from hongyan.apis.rest.table import ROUTES
from hongyan.compliance.registration.filing import MOST_OF_A_SHEET
from hongyan.identity import Account, AccountKind, Actor
from hongyan.kernel.errors import HongyanError, Throttled
from hongyan.kernel.languages import LANGUAGES, pick_language

BASE: Final = "/api/v1"
DOCUMENT: Final = "/openapi.json"
"""The one path that needs no access key."""
DOOR: Final = "rest"
"""How change records call this door."""
UNKNOWN_ROUTE: Final = "-"
"""What metrics and logs call a path that is none of ours."""
_log = structlog.get_logger("hongyan.apis.rest")
_json = msgspec.json.Encoder(enc_hook=str).encode
_REFUSED: Final = {
    BodyFault.TOO_LONG: "request.too_large",
    BodyFault.TOO_SLOW: "request.too_slow",
    BodyFault.TOO_MANY: "request.too_many",
}
_UNUSABLE_CONNECTION: Final = frozenset({408, 413, 503})
"""Statuses after which the rest of the body may be on its way still."""
_SAFE: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


@dataclass(frozen=True, slots=True)
class RestSettings:
    """Limits of the door. Sizes in bytes, times in seconds."""

    max_body: int = 256 * 1024
    max_unfinished: int = 16 * 1024 * 1024
    """Of all bodies together that have not come to their end."""
    body_timeout_s: float = 10.0
    max_file: int = MOST_OF_A_SHEET
    """Of a file that is sent as it is, which only routes take that say so."""
    max_unfinished_files: int = 3 * MOST_OF_A_SHEET
    file_timeout_s: float = 60.0
    default_language: str = "en"
    """For callers who do not say which they read."""


class Observer(Protocol):
    """Told of every answer: for metrics. `code` is ours, `OK` for success."""

    def __call__(self, action: str, code: str, status: int) -> None: ...


@dataclass(slots=True)
class _Exchange:
    """One request on its way through the steps."""

    scope: Scope
    request_id: str
    language: str
    route: str = UNKNOWN_ROUTE
    begun: bool = False
    """The answer is on its way: nothing else can be said any more."""
    replayed: bool = False


class RestDoor:
    """Mounted at BASE. `routes`: see `table.ROUTES`."""

    def __init__(
        self,
        services: Services,
        *,
        settings: RestSettings | None = None,
        observe: Observer | None = None,
        routes: Sequence[Route] = ROUTES,
    ) -> None:
        self._identity = services.identity
        self._services = services
        self._settings = settings or RestSettings()
        self._observe = observe
        self._routes = tuple(routes)
        self._documents = {
            language: msgspec.Raw(_json(document(BASE, routes, language))) for language in LANGUAGES
        }
        self._bodies = Bodies(
            most=self._settings.max_body,
            most_unfinished=self._settings.max_unfinished,
            within_s=self._settings.body_timeout_s,
        )
        self._files = Bodies(
            most=self._settings.max_file,
            most_unfinished=self._settings.max_unfinished_files,
            within_s=self._settings.file_timeout_s,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = header(scope, b"accept-language").decode("latin-1")
        language = pick_language(None, accepted, self._settings.default_language)
        exchange = _Exchange(scope, new_request_id(), language)
        code, status = "OK", 200
        try:
            answer = await self._answer(exchange, receive)
            await _send(send, exchange, status, answer)
        except ClientGone:
            return
        except Exception as cause:
            if exchange.begun:
                raise  # the server cuts the connection, so that half a file is not taken for a whole one
            problem, status, headers = _problem(exchange, cause)
            code = problem.code
            await _send(send, exchange, status, problem, headers)
        if self._observe:
            self._observe(exchange.route, code, status)

    async def _answer(self, exchange: _Exchange, receive: Receive) -> Any:
        scope = exchange.scope
        method, path = scope["method"], scope["path"].removeprefix(BASE)
        if (method, path) == ("GET", DOCUMENT):
            exchange.route = f"GET {DOCUMENT}"
            return self._documents[exchange.language]
        route, place = self._find(method, path)
        exchange.route = route.name
        account, actor = await self._caller(scope, route)
        content_type = header(scope, b"content-type")
        if route.file:
            check_file_type(content_type, route.file)
        raw = await self._read(scope, receive, self._files if route.file else self._bodies)
        call = Call(
            account,
            actor,
            exchange.language,
            place,
            read_query(scope["query_string"], route.query),
            read_file(raw) if route.file else read_body(raw, content_type, route.body),
        )
        if route.change is not None:
            exchange.replayed, made = await self._change(exchange, route, call, raw)
            call = replace(call, made=made)
        return await route.answer(self._services, call)

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, Any]]:
        found = [(route, place) for route in self._routes if (place := route.read(path)) is not None]
        for route, place in found:
            if route.method == method:
                return route, place
        if not found:
            raise door_refusal("path.unknown", path=f"{BASE}{path}"[:200])
        allowed = ", ".join(sorted({route.method for route, _ in found}))
        raise door_refusal("path.method", method=method[:20], allowed=allowed)

    async def _caller(self, scope: Scope, route: Route) -> tuple[Account, Actor]:
        proof = read_basic(header(scope, b"authorization"))
        key = proof and await self._identity.check_secret(*proof, source=peer(scope))
        if not key:
            raise door_refusal("caller.unknown")
        account = await self._identity.account(key.account_id)
        if route.who is Who.OPERATOR and account.kind is not AccountKind.ROOT:
            raise door_refusal("caller.not_allowed")
        return account, Actor(f"key:{key.id}", DOOR, peer(scope))

    async def _read(self, scope: Scope, receive: Receive, bodies: Bodies) -> bytes:
        try:
            return await bodies.read(header(scope, b"content-length") or None, receive)
        except BodyRefused as refused:
            reason = f"a body has at most {bodies.most} bytes"
            raise door_refusal(_REFUSED[refused.fault], reason=reason) from None

    async def _change(self, exchange: _Exchange, route: Route, call: Call, raw: bytes) -> tuple[bool, str]:
        """Do what is asked for. Whether it was done before, by a request with the same key; and what was made. What names
        another tenant's account shall not happen to the caller's own."""
        assert route.change is not None
        if not call.operator and getattr(call.body, "account_id", 0) not in (0, call.account.id):
            raise door_refusal("caller.other_account")
        key = read_idempotency_key(header(exchange.scope, b"idempotency-key"))
        if not key:
            return False, await route.change(self._services, call) or ""
        once, account_id = self._identity.once, call.account.id
        scope = exchange.scope
        text = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}\n{raw.hex()}"
        request = once.request(text)
        if await self._done(account_id, key, request):
            return True, await once.made(account_id, key)
        using = partial(once.use, account_id, key, request)
        try:
            return False, await route.change(self._services, replace(call, using=using)) or ""
        except HongyanError:
            if await self._done(account_id, key, request):  # a copy of the request was faster
                return True, await once.made(account_id, key)
            raise

    async def _done(self, account_id: int, key: str, request: int) -> bool:
        found = await self._identity.once.find(account_id, key)
        if found is not None and found != request:
            raise door_refusal("idempotency.mismatch")
        return found is not None


def _problem(exchange: _Exchange, cause: Exception) -> tuple[Problem, int, list[tuple[bytes, bytes]]]:
    headers: list[tuple[bytes, bytes]] = []
    if isinstance(cause, HongyanError):
        problem, status = problem_of(cause, exchange.language), int(status_of(cause.code, type(cause)))
        if isinstance(cause, Throttled):
            headers.append((b"retry-after", b"%d" % _wait_s(cause)))
        if cause.code == "path.method":
            headers.append((b"allow", str(cause.facts["allowed"]).encode()))
    else:
        problem, status = unexpected(exchange.language), 500
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="hongyan", charset="UTF-8"'))
    if status >= 500:
        _log.error("call_failed", request_id=exchange.request_id, route=exchange.route, exc_info=cause)
    if status in _UNUSABLE_CONNECTION:
        headers.append((b"connection", b"close"))
    return problem, status, headers


def _wait_s(error: Throttled) -> int:
    """Seconds after which the same may succeed."""
    wait_s = error.facts.get("retry_after_s")
    return wait_s if isinstance(wait_s, int) else 1


async def _send(
    send: Send, exchange: _Exchange, status: int, answer: Any, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    headers = [
        (b"x-request-id", exchange.request_id.encode()),
        (b"content-language", exchange.language.encode()),
        (b"vary", b"accept-language"),
        *more,
    ]
    if exchange.replayed:
        headers.append((b"idempotency-replayed", b"true"))
    if isinstance(answer, File):
        content = answer.content
        piece = await anext(content)  # what cannot be opened is told before anything is answered
        exchange.begun = True
        await send({"type": "http.response.start", "status": status, "headers": [*headers, *answer.headers]})
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        async for piece in content:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    body = _json(answer)
    headers += [
        *_SAFE,
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
