"""`hongyan key`: access keys of accounts. A disabled key stops working at once, also on a running server."""

from __future__ import annotations

import asyncio

from cyclopts import App
from rich.console import Console
from rich.table import Column, Table

from hongyan.bootstrap import Platform
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.identity import AccessKey, AccessKeyView
from hongyan.kernel.clock import beijing

app = App(name="key", help="Access keys: create, list, disable. 访问密钥管理。")


@app.command
def create(*, account: int | None = None, name: str = "", json: Json = False, data: Data = None) -> None:
    """Make an access key. Its secret is shown now and never again.

    Parameters
    ----------
    account
        Number of the account; the root account when left out.
    name
        What the key is for.
    """
    key = asyncio.run(_create(data, account, name))
    if json:
        print_json({"access_key_id": key.id, "access_key_secret": key.secret, "account_id": key.account_id})
        return
    print(f"AccessKeyId      {key.id}")
    print(f"AccessKeySecret  {key.secret}")
    print(say("请妥善保存，密钥不会再次显示。", "Keep it safe: the secret is not shown again."))


@app.command(name="list")
def list_(*, account: int | None = None, json: Json = False, data: Data = None) -> None:
    """List access keys, without their secrets.

    Parameters
    ----------
    account
        Number of the account; keys of all accounts when left out.
    """
    keys = asyncio.run(_list(data, account))
    if json:
        print_json([_facts(key) for key in keys])
        return
    table = Table(
        Column("AccessKeyId", min_width=24),
        say("账号", "account"),
        say("名称", "name"),
        say("创建", "created"),
        say("状态", "state"),
    )
    for key in keys:
        state = say("启用", "enabled") if key.enabled else say("已禁用", "disabled")
        created = f"{beijing(key.created_ms):%Y-%m-%d %H:%M}"
        table.add_row(key.id, str(key.account_id), key.name, created, state)
    Console().print(table)


@app.command
def disable(key_id: str, *, json: Json = False, data: Data = None) -> None:
    """Disable an access key for ever.

    Parameters
    ----------
    key_id
        The AccessKeyId.
    """
    asyncio.run(_disable(data, key_id))
    if json:
        print_json({"access_key_id": key_id, "enabled": False})
    else:
        print(say(f"{key_id} 已禁用。", f"{key_id} is disabled."))


async def _create(data: Data, account: int | None, name: str) -> AccessKey:
    async with opened(data) as platform:
        account_id = account if account is not None else (await platform.identity.root_account()).id
        return await platform.identity.create_key(account_id, name, actor=cli_actor())


async def _list(data: Data, account: int | None) -> list[AccessKeyView]:
    async with opened(data) as platform:
        if account is not None:
            await platform.identity.account(account)  # an unknown account is told, not an empty list
            return await platform.identity.list_keys(account)
        return await _all_keys(platform)


async def _all_keys(platform: Platform) -> list[AccessKeyView]:
    keys: list[AccessKeyView] = []
    while page := await platform.identity.list_keys(after_id=keys[-1].id if keys else ""):
        keys += page
    return keys


async def _disable(data: Data, key_id: str) -> None:
    async with opened(data) as platform:
        await platform.identity.disable_key(key_id, actor=cli_actor())


def _facts(key: AccessKeyView) -> dict[str, object]:
    return {
        "access_key_id": key.id,
        "account_id": key.account_id,
        "name": key.name,
        "created": beijing(key.created_ms).isoformat(),
        "enabled": key.enabled,
    }
