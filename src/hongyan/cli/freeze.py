"""`hongyan freeze`: what is frozen sends nothing. A running server takes every change over at once; messages that wait for
a carrier end."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.compliance.freezes import Freeze, FrozenBy, FrozenKind, freeze_facts, row_of
from hongyan.identity import Actor
from hongyan.kernel.clock import beijing

app = App(
    name="freeze",
    help="Freeze signatures, templates, tenants, and lift it. 冻结与解冻签名、模板、租户。",
    default_parameter=Parameter(negative=()),
)

By = Annotated[
    Literal["platform", "customer", "penalty"],
    Parameter(help="Who freezes; penalty: disabled for good reason. 冻结方：平台、客户、安全处罚。"),
]
Account = Annotated[int, Parameter(help="Number of the tenant. 租户账号。")]
_KINDS: Final = {
    FrozenKind.SIGNATURE: ("签名", "signature"),
    FrozenKind.TEMPLATE: ("模板", "template"),
    FrozenKind.ACCOUNT: ("账号", "account"),
}


@app.command(name="list")
def list_(*, account: int | None = None, json: Json = False, data: Data = None) -> None:
    """What is frozen now, the newest first.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    """
    found = asyncio.run(_list(data, account))
    if json:
        print_json([freeze_facts(each) for each in found])
    elif found:
        _print(found)
    else:
        print(say("没有被冻结的签名、模板或账号。", "Nothing is frozen."))


@app.command
def signature(
    name: str, *, account: Account, because: str, by: By = "platform", json: Json = False, data: Data = None
) -> None:
    """Freeze a signature: nothing is sent with it.

    Parameters
    ----------
    name
        The signature's name, without 【】.
    because
        Why; the tenant reads it.
    """
    _freeze(data, FrozenKind.SIGNATURE, account, name, by, because, json=json)


@app.command
def template(
    code: str, *, account: Account, because: str, by: By = "platform", json: Json = False, data: Data = None
) -> None:
    """Freeze a template: nothing is sent with it.

    Parameters
    ----------
    code
        The template's code.
    because
        Why; the tenant reads it.
    """
    _freeze(data, FrozenKind.TEMPLATE, account, code, by, because, json=json)


@app.command
def account(number: int, *, because: str, by: By = "platform", json: Json = False, data: Data = None) -> None:
    """Freeze a tenant: nothing of his is sent.

    Parameters
    ----------
    number
        Number of the tenant.
    because
        Why; the tenant reads it.
    """
    _freeze(data, FrozenKind.ACCOUNT, number, "", by, because, json=json)


@app.command
def lift(
    kind: Literal["signature", "template", "account"],
    label: str = "",
    *,
    account: Account,
    by: By = "platform",
    json: Json = False,
    data: Data = None,
) -> None:
    """Lift a freeze. What somebody else has frozen stays frozen.

    Parameters
    ----------
    kind
        What is frozen.
    label
        The signature's name or the template's code; nothing for an account.
    """
    asyncio.run(_lift(data, FrozenKind(kind), account, label, FrozenBy(by)))
    if json:
        print_json({"kind": kind, "account_id": account, "label": label, "by": by, "frozen": False})
    else:
        print(say(f"已解冻：{label or account}。", f"{label or account} is not frozen by the {by} any more."))


def _freeze(
    data: Data, kind: FrozenKind, account_id: int, label: str, by: str, because: str, *, json: bool
) -> None:
    made, already = asyncio.run(_store(data, kind, account_id, label, FrozenBy(by), because))
    if json:
        print_json({**freeze_facts(made), "already": already})
        return
    row = row_of(made)
    print(say(f"{row.zh}：{label or account_id}", f"{label or account_id}: {row.en}"))
    if already:
        since = f"{beijing(made.since_ms):%Y-%m-%d %H:%M}"
        print(say(f"自 {since} 起已冻结，原因已更新。", f"It is frozen since {since}; the reason is new."))


async def _list(data: Data, account_id: int | None) -> list[Freeze]:
    async with opened(data) as platform:
        if account_id is not None:
            await platform.identity.account(account_id)  # an unknown one is told, not an empty list
        return await platform.compliance.freezes.all(account_id)


async def _store(
    data: Data, kind: FrozenKind, account_id: int, label: str, by: FrozenBy, because: str
) -> tuple[Freeze, bool]:
    async with opened(data) as platform:
        return await platform.compliance.freezes.freeze(
            kind, account_id, label, by=by, because=because, actor=Actor(cli_actor())
        )


async def _lift(data: Data, kind: FrozenKind, account_id: int, label: str, by: FrozenBy) -> None:
    async with opened(data) as platform:
        await platform.compliance.freezes.lift(kind, account_id, label, by=by, actor=Actor(cli_actor()))


def _print(found: list[Freeze]) -> None:
    columns = (
        Column(say("类型", "what"), no_wrap=True),
        Column(say("名称", "name"), overflow="fold"),
        Column(say("账号", "account"), no_wrap=True),
        Column(say("状态", "state"), overflow="fold"),
        Column(say("原因", "because"), overflow="fold"),
        Column(say("起始", "since"), no_wrap=True),
    )
    rows = (
        (
            *(say(*_KINDS[each.kind]), each.label, str(each.account_id)),
            *(_state(each), each.because, f"{beijing(each.since_ms):%Y-%m-%d %H:%M}"),
        )
        for each in found
    )
    Console().print(plain_table(columns, rows))


def _state(freeze: Freeze) -> str:
    row = row_of(freeze)
    return say(row.zh, row.en)
