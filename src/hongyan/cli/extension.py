"""`hongyan extension`: extension codes of signatures, the digits behind a channel's access number.

A running server takes every change over at once. The operator may let codes of two tenants begin with one another, which
tenants themselves may not.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.accounts import account_with
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.compliance import AssignedCode, CodeFilter, CodeSource, CodeState, ExtensionCode
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, SystemClock, beijing, moment
from hongyan.server.channels import routes

app = App(
    name="extension",
    help="Extension codes of signatures: list, assign, release. 签名的扩展码（子端口）。",
    default_parameter=Parameter(negative=()),
)

_PAGE: Final = 1_000
_STATES: Final = {CodeState.ASSIGNED: ("使用中", "assigned"), CodeState.FREE: ("空闲", "free")}
_SOURCES: Final = {CodeSource.TENANT: ("租户", "tenant"), CodeSource.PLATFORM: ("平台", "platform")}


@app.command(name="list")
def list_(
    *,
    account: int = 0,
    signature: str = "",
    code: str = "",
    all: Annotated[bool, Parameter(help="Also those in quarantine. 包括隔离期内的。")] = False,  # noqa: A002
    json: Json = False,
    data: Data = None,
) -> None:
    """List extension codes, the newest first.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    signature
        Only those of a signature.
    code
        Only this one.
    """
    codes = asyncio.run(_list(data, CodeFilter(account, signature, code, all)))
    now_ms = SystemClock().now_ms()
    if json:
        print_json([_facts(each, now_ms) for each in codes])
    elif codes:
        _print(codes, now_ms)
    else:
        print(say("没有扩展码。", "There are no extension codes."))


@app.command
def assign(
    code: str,
    *,
    signature: str,
    account: int = 0,
    primary: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Give an extension code to a signature. The first one of a signature is its primary code.

    Parameters
    ----------
    code
        1 to 12 digits.
    signature
        The signature's name.
    account
        Number of the tenant; needed when several have a signature of this name.
    primary
        From now on the signature's messages come from it, unless they ask for another one.
    """
    made = asyncio.run(_assign(data, code, signature, account, primary))
    if json:
        facts = _facts(made.code, SystemClock().now_ms())
        print_json(facts | {"no_room": list(made.no_room), "overlaps": list(made.overlaps)})
        return
    kind = say("主扩展码", "the primary code") if made.code.primary else say("扩展码", "a code")
    print(
        say(
            f"{code} 现为账号 {made.code.account_id} 的签名 {signature} 的{kind}。",
            f"{code} is {kind} of {signature}, account {made.code.account_id}.",
        )
    )
    if made.no_room:
        names = ", ".join(made.no_room)
        print(
            say(
                f"以下通道的号码位数不足，不会用于该扩展码的短信：{names}",
                f"These channels have no room for it, and its messages pass them over: {names}",
            )
        )
    if made.overlaps:
        others = ", ".join(made.overlaps)
        print(
            say(
                f"与其他租户的扩展码前缀重叠：{others}；上行按最长匹配归属，冲突的自定义扩展将被拒绝。",
                f"It begins, or begins with, codes of other tenants: {others}. The longest one has a number; messages"
                " whose own digits lead into another one are refused.",
            )
        )


@app.command
def release(code: str, *, json: Json = False, data: Data = None) -> None:
    """Take an extension code back. For a while it stays the signature's for replies, and nobody else gets it.

    Parameters
    ----------
    code
        The extension code.
    """
    was = asyncio.run(_release(data, code))
    if json:
        print_json(_facts(was, SystemClock().now_ms()))
        return
    until = _day(was.held_until_ms)
    print(
        say(
            f"{code} 已释放，{until} 之前仅签名 {was.sign_name} 可重新启用，其上行短信仍归该签名。",
            f"{code} is released. Until {until} its replies still go to {was.sign_name}, which alone may have it again.",
        )
    )


# -- what they do --------------------------------------------------------------------------------------------


async def _list(data: Data, wanted: CodeFilter) -> list[ExtensionCode]:
    async with opened(data) as platform:
        if wanted.account_id:
            await platform.identity.account(
                wanted.account_id
            )  # an unknown account is told, not an empty list
        codes: list[ExtensionCode] = []
        while True:
            total, page = await platform.compliance.extension_codes.page(
                wanted, limit=_PAGE, offset=len(codes)
            )
            codes += page
            if not page or len(codes) >= total:
                return codes


async def _assign(data: Data, code: str, signature: str, account: int, primary: bool) -> AssignedCode:
    async with opened(data) as platform:
        account_id = await account_with(platform, signature, account)
        platform.router.use(await routes(platform))
        return await platform.compliance.extension_codes.assign(
            account_id,
            signature,
            code,
            by=CodeSource.PLATFORM,
            primary=primary,
            actor=Actor(cli_actor()),
        )


async def _release(data: Data, code: str) -> ExtensionCode:
    async with opened(data) as platform:
        codes = platform.compliance.extension_codes
        held = await codes.get(code)
        return await codes.release(
            held.account_id, held.sign_name, code, by=CodeSource.PLATFORM, actor=Actor(cli_actor())
        )


# -- how they show it ----------------------------------------------------------------------------------------


def _facts(code: ExtensionCode, now_ms: Millis) -> dict[str, Any]:
    return {
        "code": code.code,
        "account_id": code.account_id,
        "signature": code.sign_name,
        "primary": code.primary,
        "source": code.source.value,
        "state": code.state(now_ms).value,
        "assigned": moment(code.assigned_ms),
        "released": moment(code.released_ms),
        "held_until": moment(code.held_until_ms),
    }


def _print(codes: list[ExtensionCode], now_ms: Millis) -> None:
    columns = (
        Column(say("扩展码", "code"), no_wrap=True),
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("账号", "account"), no_wrap=True),
        Column(say("状态", "state"), no_wrap=True),
        Column(say("来源", "given by"), no_wrap=True),
    )
    rows = (
        (
            *(each.code, each.sign_name, str(each.account_id)),
            *(_state(each, now_ms), say(*_SOURCES[each.source])),
        )
        for each in codes
    )
    Console().print(plain_table(columns, rows))


def _state(code: ExtensionCode, now_ms: Millis) -> str:
    match code.state(now_ms):
        case CodeState.QUARANTINE:
            until = _day(code.held_until_ms)
            return say(f"隔离至 {until}", f"held until {until}")
        case CodeState.ASSIGNED if code.primary:
            return say("主扩展码", "primary")
        case state:
            return say(*_STATES[state])


def _day(at_ms: Millis | None) -> str:
    return "" if at_ms is None else f"{beijing(at_ms):%Y-%m-%d}"
