"""`hongyan callback`: where tenants' programs are told of verdicts, and what became of telling them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final, TypeVar

from cyclopts import App, Parameter, Token
from rich.console import Console
from rich.table import Column

from hongyan.bootstrap import Platform
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.identity import Actor
from hongyan.kernel.clock import beijing
from hongyan.messaging.callbacks import (
    CallbackType,
    Delivery,
    DeliveryState,
    Subscription,
    delivery_facts,
    subscription_facts,
)

app = App(
    name="callback",
    help="Callbacks to tenants' programs: set, list, deliveries, resend. 租户回调。",
    default_parameter=Parameter(negative=()),
)

T = TypeVar("T")
Account = Annotated[int, Parameter(help="Number of the tenant's account. 租户账号。")]


def _type(_: object, tokens: Sequence[Token]) -> CallbackType:
    """By the vendor's name."""
    try:
        return CallbackType(tokens[0].value)
    except ValueError:
        raise ValueError(f"choose from {', '.join(each.value for each in CallbackType)}") from None


Type = Annotated[
    CallbackType,
    Parameter(
        name="TYPE",
        converter=_type,
        show_choices=False,
        help=f"{' or '.join(each.value for each in CallbackType)}. 回调类型。",
    ),
]
_STATES: Final = {
    DeliveryState.PENDING: ("待投递", "pending"),
    DeliveryState.DELIVERED: ("已送达", "delivered"),
    DeliveryState.DEAD: ("已放弃", "given up"),
}


@app.command(name="set")
def set_(
    type_: Type,
    url: str,
    /,
    *,
    account: Account,
    renew_secret: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Say where callbacks of a type shall go; prints what they are signed with.

    Parameters
    ----------
    url
        http:// or https://; private networks only where HONGYAN_CALLBACK_NETWORKS allows. 回调地址。
    renew_secret
        Sign with a new secret from now on. 更换签名密钥。
    """

    async def act(platform: Platform) -> Subscription:
        await platform.identity.account(account)
        return await platform.callbacks.subscribe(
            account, type_, url, renew_secret=renew_secret, actor=Actor(cli_actor())
        )

    made = _run(data, act)
    if json:
        print_json(subscription_facts(made) | {"secret": made.secret})
    else:
        print(say(f"{type_.value} 将推送到 {made.url}", f"{type_.value} goes to {made.url}"))
        print(say(f"签名密钥：{made.secret}", f"signed with: {made.secret}"))


@app.command
def remove(type_: Type, /, *, account: Account, json: Json = False, data: Data = None) -> None:
    """Have nothing of a type told any more; what waits is given up."""

    async def act(platform: Platform) -> None:
        await platform.callbacks.unsubscribe(account, type_, actor=Actor(cli_actor()))

    _run(data, act)
    if json:
        print_json({"type": type_.value})
    else:
        print(say(f"已取消 {type_.value}。", f"{type_.value} is not told any more."))


@app.command(name="list")
def list_(*, account: Account, json: Json = False, data: Data = None) -> None:
    """Where a tenant's callbacks go."""

    async def act(platform: Platform) -> list[Subscription]:
        await platform.identity.account(account)
        return await platform.callbacks.subscriptions(account)

    found = _run(data, act)
    if json:
        print_json([subscription_facts(each) for each in found])
    elif found:
        for each in found:
            print(f"{each.type.value}  {each.url}")
    else:
        print(say("没有设置回调。", "No callbacks are set."))


@app.command
def deliveries(
    *,
    account: Account,
    state: DeliveryState | None = None,
    limit: int = 50,
    json: Json = False,
    data: Data = None,
) -> None:
    """What a tenant was told and is to be told, the newest first.

    Parameters
    ----------
    state
        Only those that stand so. 仅列出该状态。
    limit
        How many at most. 最多条数。
    """

    async def act(platform: Platform) -> list[Delivery]:
        await platform.identity.account(account)
        return await platform.callbacks.deliveries(account, state=state, limit=limit)

    found = _run(data, act)
    if json:
        print_json([delivery_facts(each) for each in found])
        return
    if not found:
        print(say("没有回调。", "There are no callbacks."))
        return
    columns = (
        Column(say("编号", "id"), no_wrap=True),
        Column(say("类型", "type"), no_wrap=True),
        Column(say("状态", "state"), no_wrap=True),
        say("次数", "tries"),
        Column(say("产生", "happened"), overflow="fold"),
        Column(say("上次结果", "answer"), overflow="fold"),
    )
    rows = (
        (
            *(str(each.id), each.type.value, say(*_STATES[each.state]), str(each.attempts)),
            *(f"{beijing(each.created_ms):%m-%d %H:%M:%S}", _answer(each)),
        )
        for each in found
    )
    Console().print(plain_table(columns, rows))


def _answer(delivery: Delivery) -> str:
    """Of the last attempt."""
    return " ".join(filter(None, (str(delivery.status) if delivery.status else "", delivery.error)))


@app.command
def resend(delivery: int, /, *, account: Account, json: Json = False, data: Data = None) -> None:
    """Send a callback again that was given up or delivered.

    Parameters
    ----------
    delivery
        Its number, as `deliveries` shows it. 回调编号。
    """

    async def act(platform: Platform) -> Delivery:
        await platform.callbacks.resend(account, delivery, actor=Actor(cli_actor()))
        return await platform.callbacks.delivery(account, delivery)

    found = _run(data, act)
    if json:
        print_json(delivery_facts(found))
    else:
        print(say(f"{delivery} 将重新投递。", f"{delivery} is sent again."))


def _run(data: Data, act: Callable[[Platform], Awaitable[T]]) -> T:
    async def on_platform() -> T:
        async with opened(data) as platform:
            return await act(platform)

    return asyncio.run(on_platform())
