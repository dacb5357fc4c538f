"""The vendor's HTTP endpoint as a raw ASGI callable: `AliyunDoor._answer` is the list of its steps.

No rules live here: authenticate, parse, call a service, answer. Every answer is JSON with a RequestId, also
for requests that cannot be read and for our own mistakes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Any, Final, Protocol

import msgspec
import structlog

import hongyan.apis.aliyun.actions  # noqa: F401  registers what is built
from hongyan.apis.aliyun.action_table import ACTIONS, API_VERSION, SUCCESSORS
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.claims import Claim, announced_claim, read_claim
from hongyan.apis.aliyun.errors import VendorError, gateway_error, missing, offline_error, translate
from hongyan.apis.aliyun.intake import DoorSettings, bodies_of, read_body, read_head, read_query
from hongyan.apis.aliyun.large_bodies import LARGE_BODIES, LargeBodies
from hongyan.apis.aliyun.nonces import RecentNonces
from hongyan.apis.aliyun.parameters import Form
from hongyan.apis.aliyun.ports import AccessKey, Identity, Vault
from hongyan.apis.aliyun.registry import BUILT, Action, Answer, Services
from hongyan.apis.aliyun.request_signing import signed_at
from hongyan.apis.asgi import ClientGone, Receive, Scope, Send, header, origin, peer
from hongyan.apis.request_ids import new_request_id
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError

UNKNOWN_ACTION: Final = "-"
"""What metrics and logs call an action that is none of the vendor's."""

MAX_KEY_ID: Final = 128
"""Longer ids are not looked up: identity remembers also those it does not have."""

_log = structlog.get_logger("hongyan.apis.aliyun")
_json = msgspec.json.Encoder().encode
_UNUSABLE_CONNECTION: Final = frozenset({408, 413})
"""Statuses after which the rest of the body is still on its way."""


_Run = Callable[..., Awaitable[Any]]


async def _here(work: Callable[..., Any], *given: Any) -> Any:
    """What takes microseconds is done at once."""
    return work(*given)


class Observer(Protocol):
    """Told of every answer: for metrics. `code` is the vendor code, `OK` for success."""

    def __call__(self, action: str, code: str, status: int, seconds: float) -> None: ...


class _Exchange:
    """One request on its way through the steps."""

    __slots__ = ("action", "name", "request_id", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.request_id = new_request_id()
        self.name = UNKNOWN_ACTION
        self.action: Action | None = None


class AliyunDoor:
    """`clock` is the real clock: signatures are not part of the sandbox's movable time."""

    def __init__(
        self,
        identity: Identity,
        services: Services,
        vault: Vault,
        *,
        clock: Clock,
        settings: DoorSettings | None = None,
        observe: Observer | None = None,
    ) -> None:
        self._identity = identity
        self._services = services
        self._vault = vault
        self._clock = clock
        self._settings = settings or DoorSettings()
        self._observe = observe
        self._bodies = bodies_of(self._settings)
        self._large_bodies = LargeBodies(self._settings)
        self._nonces = RecentNonces(self._settings.time_window_s // 60 + 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        exchange = _Exchange(scope)
        error = None
        try:
            body = _json(await self._answer(exchange, receive))
        except ClientGone:
            return
        except Exception as cause:  # noqa: BLE001  whatever happens, the client reads JSON
            error = _vendor_error(exchange, cause)
            body = _json(_error_body(exchange, error))
        status, code = (error.status, error.code) if error else (200, "OK")
        await _send(send, exchange.request_id, status, body, error)
        if self._observe:
            self._observe(exchange.name, code, status, perf_counter() - started)

    async def _answer(self, exchange: _Exchange, receive: Receive) -> Answer:
        scope = exchange.scope
        headers = read_head(scope, self._settings)
        query = read_query(scope["query_string"])
        body = await self._read_body(exchange, headers, query, receive)
        if len(body) <= self._settings.max_body:
            return await self._act(exchange, headers, query, body, _here)
        async with self._large_bodies.turn():
            return await self._act(exchange, headers, query, body, asyncio.to_thread)

    async def _act(
        self, exchange: _Exchange, headers: dict[bytes, bytes], query: Form, body: bytes, run: _Run
    ) -> Answer:
        """`run`: where what takes long for a large body is done."""
        scope = exchange.scope
        claim: Claim = await run(read_claim, scope["method"], headers, query, body)
        action = _find_action(exchange, claim, old_actions=self._settings.old_actions)
        key = await self._find_key(claim.access_key_id)
        minute = self._check_time(claim.date)
        form: Form = await run(claim.verified, key.secret)
        nonce = self._nonce(claim, minute)
        call = Call(
            action.facts.name,
            account_id=key.account_id,
            access_key_id=key.id,
            request_id=exchange.request_id,
            nonce=nonce,
            parameters=form.values,
            invalid=action.invalid,
            address=peer(scope),
            origin=partial(origin, scope, self._settings.public_url),
        )
        _check_required(action, call)
        if not action.changes_state and not self._nonces.use(nonce, self._clock.now_ms() // 60_000):
            raise gateway_error("SignatureNonceUsed")
        answer = await action.handler(self._services, call)
        return {"Code": "OK", "Message": "OK", "RequestId": exchange.request_id, **answer}

    async def _read_body(
        self, exchange: _Exchange, headers: dict[bytes, bytes], query: Form, receive: Receive
    ) -> bytes:
        most = self._settings.max_body
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            claim = announced_claim(exchange.scope["method"], headers, query)
            row = LARGE_BODIES.get(claim.action) if claim else None
            if claim is not None and row is not None and row.most > most:
                _find_action(exchange, claim, old_actions=self._settings.old_actions)
                key = await self._find_key(claim.access_key_id)
                self._check_time(claim.date)
                proven = claim.proven_by_head(key.secret)
                return await self._large_bodies.read(row, headers, receive, proven=proven)
        return await read_body(self._bodies, most, headers, receive)

    async def _find_key(self, access_key_id: str) -> AccessKey:
        if len(access_key_id) > MAX_KEY_ID:
            raise gateway_error("InvalidAccessKeyId.NotFound")
        key = self._identity.peek_key(access_key_id) or await self._identity.key(access_key_id)
        if key is None:
            raise gateway_error("InvalidAccessKeyId.NotFound")
        if not key.enabled:
            raise gateway_error("InvalidAccessKeyId.Inactive")
        return key

    def _check_time(self, date: str) -> int:
        """The signed minute since 1970."""
        at = signed_at(date)
        if at is None:
            raise gateway_error("InvalidTimeStamp.Format")
        if abs(self._clock.now_ms() - at * 1000) > self._settings.time_window_s * 1000:
            raise gateway_error("InvalidTimeStamp.Expired")
        return at // 60

    def _nonce(self, claim: Claim, minute: int) -> tuple[int, int]:
        if not claim.nonce:
            raise missing("SignatureNonce")
        return minute, self._vault.blind_index(f"{claim.access_key_id}\n{claim.nonce}", "nonce")


def _find_action(exchange: _Exchange, claim: Claim, *, old_actions: bool) -> Action:
    facts = ACTIONS.get(claim.action)
    if facts is None or claim.method not in facts.methods:
        raise gateway_error("InvalidAction.NotFound")
    exchange.name = facts.name
    if claim.version != API_VERSION:
        raise gateway_error("InvalidVersion")
    if facts.discontinued and not old_actions:
        raise offline_error(facts.name, SUCCESSORS[facts.name])
    action = exchange.action = BUILT.get(facts.name)
    if action is None:
        raise gateway_error("UnsupportedOperation", action=facts.name, supported=", ".join(sorted(BUILT)))
    return action


def _check_required(action: Action, call: Call) -> None:
    for name in action.facts.required:
        if not call.has(name):
            raise missing(name)


def _vendor_error(exchange: _Exchange, cause: Exception) -> VendorError:
    if isinstance(cause, VendorError):
        return cause
    if isinstance(cause, HongyanError):
        action = exchange.action
        error = translate(cause, action.errors, action.facts.errors) if action else translate(cause, {}, {})
    else:
        error = gateway_error("InternalError")
    if error.status >= 500:
        _log.error("call_failed", request_id=exchange.request_id, action=exchange.name, exc_info=cause)
    return error


def _error_body(exchange: _Exchange, error: VendorError) -> Answer:
    request_id = exchange.request_id
    if error.status == 200:
        return {"Code": error.code, "Message": error.message, "RequestId": request_id}
    host = header(exchange.scope, b"host")
    return {
        "RequestId": request_id,
        "HostId": host[:255].decode("latin-1"),
        "Code": error.code,
        "Message": error.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={error.code}&product=Dysmsapi&requestId={request_id}",
    }


async def _send(send: Send, request_id: str, status: int, body: bytes, error: VendorError | None) -> None:
    headers = [
        (b"content-type", b"application/json;charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"x-acs-request-id", request_id.encode()),
    ]
    if error is not None and error.retry_after_ms:
        headers.append((b"x-acs-retry-after", b"%d" % error.retry_after_ms))
    if status in _UNUSABLE_CONNECTION:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
