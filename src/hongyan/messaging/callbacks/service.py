"""Callbacks as tenants see them: where they go, what became of them, sending one again. And the outbox that others fill.

What has happened is stored in the transaction of its cause, for those who asked for it; so a callback is sent at least once,
and its number tells a copy from another one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from hongyan.identity import Actor, Identity, Statement, Vault, again_on_conflict, commit_change
from hongyan.kernel.clock import DAY_MS, Clock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.messaging.callbacks.addresses import read_url
from hongyan.messaging.callbacks.model import CallbackType, Delivery, DeliveryState, Subscription
from hongyan.messaging.callbacks.states import DELIVERY, DeliveryEvent
from hongyan.storage.port import Store, one

KEPT_MS: Final = 30 * DAY_MS
"""How long what was delivered or given up can be looked at. Ours."""
_PURPOSE: Final = "callback.secret"
_NEWEST: Final = 2**63 - 1


class Callbacks:
    """`clock` is the real one: other people's programs do not follow the sandbox's day."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, vault: Vault, identity: Identity) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._vault = vault
        self._identity = identity

    # Subscriptions

    async def subscribe(
        self, account_id: int, type_: CallbackType, url: str, *, renew_secret: bool = False, actor: Actor
    ) -> Subscription:
        """From now on callbacks of this type go there. The secret stays the same unless it is to be renewed.

        Raises Refused("callback.url").
        """
        read_url(url)

        async def attempt() -> Subscription:
            before = await self._find(account_id, type_)
            secret = before.secret if before and not renew_secret else secrets.token_urlsafe(32)
            now = self._clock.now_ms()
            sealed = self._vault.seal(secret.encode(), _PURPOSE, row=_row(account_id, type_))
            audit = self._identity.event(
                account_id, actor.name, "messaging.set_callback", type_.value, url=url, renewed=renew_secret
            )
            row = (account_id, type_.value, url, sealed, now)
            await commit_change(self._store, (("messaging.set_callback", row, 1), audit))
            return Subscription(account_id, type_, url, secret, now)

        return await again_on_conflict(attempt)

    async def unsubscribe(self, account_id: int, type_: CallbackType, *, actor: Actor) -> None:
        """Nothing of this type is told any more; what waits is given up. Raises Refused("callback.unknown")."""
        await self.subscription(account_id, type_)
        audit = self._identity.event(account_id, actor.name, "messaging.remove_callback", type_.value)
        remove = ("messaging.remove_callback", (account_id, type_.value), None)
        await commit_change(self._store, (remove, audit))

    async def subscription(self, account_id: int, type_: CallbackType) -> Subscription:
        """Raises Refused("callback.unknown")."""
        found = await self._find(account_id, type_)
        if found is None:
            raise Refused(
                "callback.unknown",
                en=f"no address is set for {type_.value}",
                zh=f"尚未设置 {type_.value} 的回调地址",
            )
        return found

    async def subscriptions(self, account_id: int) -> list[Subscription]:
        """All of an account's."""
        rows = await self._store.read("messaging.callback_subscriptions_of", account_id)
        return [self._subscription(row) for row in rows]

    # The outbox

    def event(self, account_id: int, type_: CallbackType, facts: Mapping[str, Any]) -> Statement:
        """For the Change that makes it happen; stores nothing where nobody asked for it."""
        text = msgspec.json.encode(facts).decode()
        row = (self._ids.next(), account_id, type_.value, text, self._clock.now_ms())
        return ("messaging.add_callback", row, None)

    async def deliveries(
        self,
        account_id: int,
        *,
        state: DeliveryState | None = None,
        before: int = _NEWEST,
        limit: int = 100,
    ) -> list[Delivery]:
        """What was told and is to be told, the newest first."""
        wanted = state.value if state else ""
        rows = await self._store.read("messaging.callback_deliveries_of", account_id, before, wanted, limit)
        return [read_delivery(row) for row in rows]

    async def delivery(self, account_id: int, delivery_id: int) -> Delivery:
        """Raises Refused("delivery.unknown")."""
        row = one(await self._store.read("messaging.callback_delivery", delivery_id, account_id))
        if row is None:
            raise Refused(
                "delivery.unknown", en="there is no such callback in this account", zh="该账号下没有此回调"
            )
        return read_delivery(row)

    async def resend(
        self, account_id: int, delivery_id: int, *, actor: Actor, also: tuple[Statement, ...] = ()
    ) -> None:
        """Try again from the beginning what was given up, or was delivered. Raises Refused("delivery.unknown"),
        IllegalTransition while it is on its way."""

        async def attempt() -> None:
            found = await self.delivery(account_id, delivery_id)
            DELIVERY.after(found.state, DeliveryEvent.RESENT)
            row = (delivery_id, found.state.value, self._clock.now_ms())
            audit = self._identity.event(
                account_id, actor.name, "messaging.resend_callback", str(delivery_id)
            )
            await commit_change(self._store, (*also, ("messaging.resend_callback", row, 1), audit))

        await again_on_conflict(attempt)

    async def drop_old(self) -> None:
        """Housekeeping: what is done for long goes, some at a time."""
        before = self._clock.now_ms() - KEPT_MS
        await commit_change(self._store, (("messaging.drop_old_callbacks", (before,), None),))

    async def _find(self, account_id: int, type_: CallbackType) -> Subscription | None:
        row = one(await self._store.read("messaging.callback_subscription", account_id, type_.value))
        return self._subscription(row) if row else None

    def _subscription(self, row: tuple[Any, ...]) -> Subscription:
        account_id, name, url, sealed, changed_ms = row
        type_ = CallbackType(name)
        secret = self._vault.open(sealed, _PURPOSE, row=_row(account_id, type_)).decode()
        return Subscription(account_id, type_, url, secret, changed_ms)


def read_delivery(row: tuple[Any, ...]) -> Delivery:
    """A row of the deliveries' statements."""
    delivery_id, account_id, name, facts, state, *rest = row
    return Delivery(delivery_id, account_id, CallbackType(name), facts, DeliveryState(state), *rest)


def _row(account_id: int, type_: CallbackType) -> str:
    return f"{account_id}:{type_.value}"
