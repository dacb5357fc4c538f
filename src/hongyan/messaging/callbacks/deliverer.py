"""Sends what the outbox holds: some at a time, a few of each account, again after 1, 5 and 10 minutes, then no more.

An attempt is leased before it is made, so that of several nodes one makes it; one that dies in the middle leaves it to
whoever comes after its lease.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import structlog

from hongyan.identity import Conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError, Refused
from hongyan.messaging.callbacks.addresses import read_url
from hongyan.messaging.callbacks.model import CallbackType, Delivery, DeliveryState, Subscription
from hongyan.messaging.callbacks.posting import ANSWER_WITHIN_SECONDS, NotPosted, Post, Posted
from hongyan.messaging.callbacks.service import Callbacks, read_delivery
from hongyan.messaging.callbacks.states import DELIVERY, DeliveryEvent
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

AGAIN_AFTER_MS: Final = (60_000, 300_000, 600_000)
"""Source: alibaba.md 7.1."""
MOST_AT_ONCE: Final = 32
MOST_OF_ACCOUNT: Final = 4
LOOKED_AT: Final = 256
"""Rows, so that a few accounts with slow programs hide nobody."""
LOOK_EVERY_SECONDS: Final = 1.0
_LEASE_MS: Final = int(ANSWER_WITHIN_SECONDS * 1000) + 20_000
_GONE: Final = "unsubscribed"
_STATUS, _ANSWER = "status", "answer"

Render = Callable[[CallbackType, Mapping[str, Any]], bytes]
"""What has happened, as the body that the vendor sends."""


class Deliverer:
    """One for each node."""

    def __init__(self, store: Store, clock: Clock, callbacks: Callbacks, render: Render, post: Post) -> None:
        self._store = store
        self._clock = clock
        self._callbacks = callbacks
        self._render = render
        self._post = post
        self._under_way: dict[asyncio.Task[None], int] = {}
        """Attempt -> the account that it is for."""
        self.delivered = 0
        self.failed = 0
        """Attempts."""
        self.given_up = 0

    async def run(self) -> None:
        """For ever. What is under way when it is cancelled comes again after its lease."""
        try:
            while True:
                try:
                    begun = await self.begin()
                except HongyanError as error:
                    log.warning("callbacks wait for the store", why=error.code)
                    begun = 0
                if not begun:
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            for task in self._under_way:
                task.cancel()

    async def begin(self) -> int:
        """Begin the attempts that are due, as many as may be under way at once; how many."""
        due = await self._store.read(
            "messaging.due_callbacks", self._clock.now_ms(), MOST_OF_ACCOUNT, LOOKED_AT
        )
        begun = 0
        for delivery in map(read_delivery, due):
            own = sum(each == delivery.account_id for each in self._under_way.values())
            if len(self._under_way) < MOST_AT_ONCE and own < MOST_OF_ACCOUNT and await self._lease(delivery):
                task = asyncio.create_task(self._attempt(delivery))
                self._under_way[task] = delivery.account_id
                task.add_done_callback(self._under_way.pop)
                begun += 1
        return begun

    async def ended(self) -> None:
        """Wait for the attempts that are under way."""
        await asyncio.gather(*self._under_way)

    async def _lease(self, delivery: Delivery) -> bool:
        """Have the next attempt; False when another node has it."""
        lease = (delivery.id, delivery.attempts, self._clock.now_ms() + _LEASE_MS)
        try:
            await commit_change(self._store, (("messaging.lease_callback", lease, 1),))
        except Conflict:
            return False
        return True

    async def _attempt(self, delivery: Delivery) -> None:
        try:
            await self._make(delivery)
        except HongyanError as error:  # it comes again after its lease
            log.warning("a callback could not be settled", delivery=delivery.id, why=error.code)

    async def _make(self, delivery: Delivery) -> None:
        try:
            subscription = await self._callbacks.subscription(delivery.account_id, delivery.type)
        except Refused:
            await self._settle(delivery, DeliveryEvent.GIVEN_UP, 0, _GONE)
            return
        status, error = await self._send(delivery, subscription)
        if not error:
            self.delivered += 1
            await self._settle(delivery, DeliveryEvent.TAKEN, status, "")
            return
        self.failed += 1
        more = delivery.attempts < len(AGAIN_AFTER_MS)
        event = DeliveryEvent.FAILED if more else DeliveryEvent.GIVEN_UP
        await self._settle(delivery, event, status, error)

    async def _send(self, delivery: Delivery, subscription: Subscription) -> tuple[int, str]:
        """HTTP's status and what was wrong, "" for nothing."""
        body = self._render(delivery.type, msgspec.json.decode(delivery.facts))
        headers = signed_headers(delivery, subscription.secret, body, self._clock.now_ms() // 1000)
        try:
            answer = await self._post(read_url(subscription.url), headers, body)
        except NotPosted as refused:
            return 0, refused.fault.value
        return answer.status, _fault(answer)

    async def _settle(self, delivery: Delivery, event: DeliveryEvent, status: int, error: str) -> None:
        state, now = DELIVERY.after(delivery.state, event), self._clock.now_ms()
        open_ = state is DeliveryState.PENDING
        due_ms = now + AGAIN_AFTER_MS[delivery.attempts] if open_ else now
        row = (delivery.id, delivery.attempts + 1, state.value, due_ms, None if open_ else now, status, error)
        try:
            await commit_change(self._store, (("messaging.settle_callback", row, 1),))
        except Conflict:
            log.warning("a callback's lease ran out while it was sent", delivery=delivery.id)
            return
        if state is DeliveryState.DEAD:
            self.given_up += 1
            log.warning(
                "a callback was given up", delivery=delivery.id, account=delivery.account_id, why=error
            )


def signed_headers(delivery: Delivery, secret: str, body: bytes, now: int) -> list[tuple[str, str]]:
    """Ours, beside what the vendor sends: `v1=` HMAC-SHA256 of `<timestamp>.<id>.<body>` in hexadecimal."""
    number, moment = str(delivery.id), str(now)
    signed = b".".join((moment.encode(), number.encode(), body))
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return [
        ("Content-Type", "application/json;charset=utf-8"),
        ("User-Agent", "Hongyan-Callback/1"),
        ("X-Hongyan-Type", delivery.type.value),
        ("X-Hongyan-Id", number),
        ("X-Hongyan-Attempt", str(delivery.attempts + 1)),
        ("X-Hongyan-Timestamp", moment),
        ("X-Hongyan-Signature", f"v1={signature}"),
    ]


class _Taken(msgspec.Struct):
    """What a program answers; of it only that `code` is a number is looked at (alibaba.md 7.1)."""

    code: int


def _fault(answer: Posted) -> str:
    if answer.status != 200:
        return _STATUS
    try:
        msgspec.json.decode(answer.body, type=_Taken)
    except msgspec.DecodeError:
        return _ANSWER
    return ""
