"""Callbacks over REST: where an account's programs are told what, what became of it, sending it again."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor
from hongyan.apis.rest.route import Input, Nothing, Output, Route
from hongyan.apis.rest.shapes import Moment, Page, paged, shown
from hongyan.messaging.callbacks import (
    CallbackType,
    DeliveryState,
    Subscription,
    delivery_facts,
    subscription_facts,
)

_NEWEST: Final = 2**63 - 1
_TYPES: Final = {"type": tuple(each.value for each in CallbackType)}


class Wanted(Input, frozen=True):
    """Where callbacks of a type shall go."""

    url: Annotated[
        str,
        Meta(
            description="http:// or https://; private networks only where the operator allows.",
            max_length=500,
        ),
    ]
    renew_secret: Annotated[
        bool, Meta(description="Sign with a new secret from now on, copies of earlier ones included.")
    ] = False


class SubscriptionShown(Output, frozen=True):
    """Where callbacks of a type go."""

    type: str
    url: str
    changed: Moment


class SubscriptionWithSecret(SubscriptionShown, frozen=True):
    """With what its callbacks are signed with: X-Hongyan-Signature is `v1=` and the HMAC-SHA256 of
    `<X-Hongyan-Timestamp>.<X-Hongyan-Id>.<body>` in hexadecimal."""

    secret: str


class Subscriptions(Output, frozen=True):
    """All of an account's."""

    items: list[SubscriptionShown]


class Removed(Output, frozen=True):
    """Nothing of this type is told any more."""

    type: str


class Wish(Page, frozen=True):
    """Which callbacks to list."""

    state: Literal["pending", "delivered", "dead"] | None = None


class DeliveryShown(Output, frozen=True):
    """One callback: what became of it."""

    id: int
    type: str
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    due: Annotated[str | None, Meta(description="When it is tried next; ISO 8601, Beijing time.")]
    created: Moment
    done: Moment | None
    status: Annotated[int, Meta(description="HTTP's, of the last attempt; 0 when there was no answer.")]
    error: Annotated[str, Meta(description="Why the last attempt was not taken; empty when it was.")]


class Deliveries(Output, frozen=True):
    """The newest first."""

    items: list[DeliveryShown]
    next: str | None


async def subscriptions(services: Services, call: Call) -> Subscriptions:
    """Without their secrets."""
    found = await services.callbacks.subscriptions(call.account.id)
    return Subscriptions(items=[shown(subscription_facts(each), SubscriptionShown) for each in found])


async def subscription(services: Services, call: Call) -> SubscriptionWithSecret:
    """With its secret."""
    return _with_secret(
        await services.callbacks.subscription(call.account.id, CallbackType(call.place["type"]))
    )


async def subscribe(services: Services, call: Call) -> SubscriptionWithSecret:
    """The same again changes nothing but the time."""
    wanted: Wanted = call.body
    return _with_secret(
        await services.callbacks.subscribe(
            call.account.id,
            CallbackType(call.place["type"]),
            wanted.url,
            renew_secret=wanted.renew_secret,
            actor=call.actor,
        )
    )


async def unsubscribe(services: Services, call: Call) -> Removed:
    """What waits is given up."""
    type_ = CallbackType(call.place["type"])
    await services.callbacks.unsubscribe(call.account.id, type_, actor=call.actor)
    return Removed(type=type_.value)


async def deliveries(services: Services, call: Call) -> Deliveries:
    """A page of an account's callbacks."""
    wish: Wish = call.query
    (before,) = read_cursor(wish.cursor, _NEWEST)
    state = DeliveryState(wish.state) if wish.state else None
    found = await services.callbacks.deliveries(
        call.account.id, state=state, before=before, limit=wish.limit + 1
    )
    page, following = paged(found, wish.limit)
    return Deliveries(items=[shown(delivery_facts(each), DeliveryShown) for each in page], next=following)


async def resend(services: Services, call: Call) -> None:
    """From the beginning."""
    await services.callbacks.resend(call.account.id, call.place["id"], actor=call.actor, also=call.once)


async def delivery(services: Services, call: Call) -> DeliveryShown:
    """As it is now."""
    found = await services.callbacks.delivery(call.account.id, call.place["id"])
    return shown(delivery_facts(found), DeliveryShown)


def _with_secret(found: Subscription) -> SubscriptionWithSecret:
    return shown(subscription_facts(found) | {"secret": found.secret}, SubscriptionWithSecret)


CALLBACKS: Final = (
    Route(
        method="GET",
        path="/callbacks",
        en="Where callbacks go",
        zh="回调地址列表",
        answer=subscriptions,
        shows=Subscriptions,
    ),
    Route(
        method="GET",
        path="/callbacks/{type}",
        en="Where callbacks of a type go, and what they are signed with",
        zh="查看某类回调的地址与签名密钥",
        answer=subscription,
        shows=SubscriptionWithSecret,
        words=_TYPES,
        errors=("callback.unknown",),
    ),
    Route(
        method="PUT",
        path="/callbacks/{type}",
        en="Say where callbacks of a type shall go",
        zh="设置某类回调的地址",
        answer=subscribe,
        body=Wanted,
        shows=SubscriptionWithSecret,
        words=_TYPES,
        errors=("callback.url",),
    ),
    Route(
        method="DELETE",
        path="/callbacks/{type}",
        en="Have nothing of a type told any more",
        zh="取消某类回调",
        answer=unsubscribe,
        shows=Removed,
        words=_TYPES,
        errors=("callback.unknown",),
    ),
    Route(
        method="GET",
        path="/callback-deliveries",
        en="What was told and is to be told, the newest first",
        zh="回调投递记录",
        answer=deliveries,
        query=Wish,
        shows=Deliveries,
    ),
    Route(
        method="POST",
        path="/callback-deliveries/{id}/resend",
        en="Send a callback again that was given up or delivered",
        zh="重新投递回调",
        change=resend,
        answer=delivery,
        body=Nothing,
        shows=DeliveryShown,
        errors=("delivery.unknown",),
    ),
)
