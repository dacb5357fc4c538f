"""`hongyan registration keep-alive`: what falls silent, and the few messages that keep it from lapsing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.bootstrap import Platform
from hongyan.cli.accounts import account_with
from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.registration.printing import print_moved
from hongyan.cli.registration.reading import read_values
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS
from hongyan.compliance.registration.keeping import (
    AFTER_DAYS,
    USUAL_A_DAY,
    WHY,
    Arrangement,
    Draft,
    ItemView,
    KeepEvent,
    KeepPlan,
    KeepState,
    Outcome,
    Why,
    arrangement_facts,
    draft_facts,
    item_facts,
    plan_facts,
)
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, beijing
from hongyan.kernel.errors import Refused
from hongyan.kernel.money import format_amount

keep_alive = App(
    name="keep-alive",
    help="Keep registrations from lapsing: plan, arrange, show, pause, resume, cancel. 报备保活。",
    default_parameter=Parameter(negative=()),
)
Phones = Annotated[list[str] | None, Parameter(show_default=False)]
Params = Annotated[str, Parameter(show_default=False)]

_STATES: Final = {
    KeepState.RUNNING: ("进行中", "running"),
    KeepState.PAUSED: ("已暂停", "paused"),
    KeepState.CANCELLED: ("已取消", "cancelled"),
    KeepState.DONE: ("已完成", "done"),
}
_OUTCOMES: Final = {
    Outcome.WAITING: ("等待发送", "waiting"),
    Outcome.HANDED: ("发送中", "handed over"),
    Outcome.SENT: ("已发送", "sent"),
    Outcome.KEPT: ("已保活", "kept alive"),
    Outcome.REFUSED: ("被拒绝", "refused"),
    Outcome.SKIPPED: ("已跳过", "skipped"),
    Outcome.CANCELLED: ("已取消", "cancelled"),
}
_WORDS: Final = {why.value: row.words for why, row in WHY.items()}


@dataclass(frozen=True, slots=True)
class _Planned:
    drafts: list[Draft]
    plans: list[KeepPlan]
    today: date


@keep_alive.default
def plan_(
    signature: str = "",
    /,
    *,
    account: int = 0,
    phone: Phones = None,
    template: str = "",
    params: Params = "{}",
    after: int | None = None,
    per_day: int = USUAL_A_DAY,
    canary: bool = False,
    start: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """What falls silent at which carrier under which number, and the message that would keep it. Sends nothing without
    --start.

    Messages are the tenant's, charged as such, to phones of its own: those of --phone, or those that are arranged. 默认仅预览；
    短信消耗租户额度，只发给租户本人或团队的号码。

    Parameters
    ----------
    signature
        Only this signature.
    account
        Only this tenant's.
    phone
        A phone of the tenant's own or its team's, one for each carrier, in place of those that are arranged.
    template
        Code of an approved template for codes or notices; goes with --phone.
    params
        Its variables as JSON. Those of a code's template may be left out.
    after
        Days of silence after which a message is due; those of the arrangement, or 150, when left out.
    per_day
        Messages to one phone in a day, over working hours.
    canary
        To the operator's phones (HONGYAN_CANARY_PHONES) of carriers of which the tenant names none.
    start
        Schedule them; the running server sends them. 安排发送。
    """
    instead = (phone or [], template, read_values(params)) if phone or template else None
    planned = asyncio.run(
        _plan(data, signature, account, instead, after, per_day=per_day, canary=canary, start=start)
    )
    if json:
        print_json(
            {
                "plans": [plan_facts(each) for each in planned.plans],
                "dry_run": not start,
                "places": [draft_facts(each, planned.today) for each in planned.drafts],
            }
        )
        return
    _print_drafts(planned)


@keep_alive.command
def arrange(
    *,
    account: int = 0,
    signature: str = "",
    phone: Phones = None,
    template: str = "",
    params: Params = "{}",
    after: int = AFTER_DAYS,
    automatic: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Remember with which phones and which template a tenant's signatures are kept alive, and whether by themselves. 登记保活号码与模板。

    Parameters
    ----------
    account
        Number of the tenant; may be left out where the signature's name says it.
    signature
        Only for this signature; for all that have no arrangement of their own when left out.
    phone
        A phone of the tenant's own or its team's; one for each carrier.
    template
        Code of an approved template for codes or notices.
    params
        Its variables as JSON. Those of a code's template may be left out.
    after
        Days of silence after which a message is due.
    automatic
        The server plans what falls due each morning. Off when left out. 每天上午自动安排。
    """
    key = phone or [], template, read_values(params)
    stored = asyncio.run(_arrange(data, account, signature, key, after, automatic=automatic))
    if json:
        print_json(arrangement_facts(stored))
    else:
        _print_arrangements([stored])


@keep_alive.command
def arranged(*, account: int = 0, json: Json = False, data: Data = None) -> None:
    """What is arranged.

    Parameters
    ----------
    account
        Only this tenant's.
    """
    found = asyncio.run(_arranged(data, account))
    if json:
        print_json([arrangement_facts(each) for each in found])
    elif found:
        _print_arrangements(found)
    else:
        print(say("没有保活安排。", "Nothing is arranged."))


@keep_alive.command
def forget(*, account: int, signature: str = "", data: Data = None) -> None:
    """Forget an arrangement. Plans that were made go on.

    Parameters
    ----------
    account
        Number of the tenant.
    signature
        The one of this signature; the tenant's when left out.
    """
    asyncio.run(_forget(data, account, signature))
    print(say("已删除该安排。", "The arrangement is gone."))


@keep_alive.command
def show(plan: int | None = None, /, *, account: int = 0, json: Json = False, data: Data = None) -> None:
    """Show a plan and what became of each message; all plans when none is named.

    Parameters
    ----------
    plan
        The plan's number.
    account
        Only plans of this tenant.
    """
    plans, items = asyncio.run(_show(data, plan, account))
    if json:
        facts = [plan_facts(each) for each in plans]
        print_json(facts if plan is None else facts[0] | {"items": [item_facts(each) for each in items]})
        return
    if not plans:
        print(say("没有保活计划。", "There are no plans."))
        return
    _print_plans(plans)
    if items:
        _print_items(items)


@keep_alive.command
def pause(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Let nothing more of a plan be sent.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, KeepEvent.PAUSE, json=json)


@keep_alive.command
def resume(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Go on with a paused plan.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, KeepEvent.RESUME, json=json)


@keep_alive.command
def cancel(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Give a plan up. What was sent stays sent.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, KeepEvent.CANCEL, json=json)


# -- what they do --------------------------------------------------------------------------------------------

_Key = tuple[list[str], str, dict[str, str]]


async def _plan(
    data: Data,
    signature: str,
    account: int,
    key: _Key | None,
    after: int | None,
    *,
    per_day: int,
    canary: bool,
    start: bool,
) -> _Planned:
    async with opened(data) as platform:
        desk = platform.keep_alive
        if signature or key is not None:
            account = await _account(platform, signature, account)
        elif account:
            await platform.identity.account(account)
        instead = None if key is None else await desk.checked(_arrangement(account, signature, key))
        drafts = await desk.draft(
            account, signature, instead=instead, after_days=after, a_day=per_day, canary=canary
        )
        plans = await desk.start(drafts, Actor(cli_actor())) if start else []
        return _Planned(drafts, plans, beijing(platform.clock.now_ms()).date())


async def _arrange(
    data: Data, account: int, signature: str, key: _Key, after: int, *, automatic: bool
) -> Arrangement:
    async with opened(data) as platform:
        account = await _account(platform, signature, account)
        wanted = _arrangement(account, signature, key, after, automatic=automatic)
        return await platform.keep_alive.arrange(wanted, Actor(cli_actor()))


async def _arranged(data: Data, account: int) -> list[Arrangement]:
    async with opened(data) as platform:
        if account:
            await platform.identity.account(account)
        return await platform.keep_alive.book.arrangements(account)


async def _forget(data: Data, account: int, signature: str) -> None:
    async with opened(data) as platform:
        account = (await platform.identity.account(account)).id
        await platform.keep_alive.forget(account, signature, Actor(cli_actor()))


async def _show(data: Data, plan: int | None, account: int) -> tuple[list[KeepPlan], list[ItemView]]:
    async with opened(data) as platform:
        book = platform.keep_alive.book
        if account:
            await platform.identity.account(account)
        if plan is None:
            return await book.plans(account), []
        return [await book.plan(plan, account or None)], await book.items(plan)


def _move(data: Data, plan: int, event: KeepEvent, *, json: bool) -> None:
    moved = asyncio.run(_moved(data, plan, event))
    print_moved(plan, _STATES[moved.state], plan_facts(moved), json=json)


async def _moved(data: Data, plan: int, event: KeepEvent) -> KeepPlan:
    async with opened(data) as platform:
        return await platform.keep_alive.move(plan, event, Actor(cli_actor()))


async def _account(platform: Platform, signature: str, account: int) -> int:
    if not signature and not account:
        raise Refused(
            "registration.keep_whose",
            en="say whose signatures they are with --account, or name a signature",
            zh="请用 --account 指定租户，或指定签名",
        )
    return await account_with(platform, signature, account)


def _arrangement(
    account: int, signature: str, key: _Key, after: int = AFTER_DAYS, *, automatic: bool = False
) -> Arrangement:
    phones, template, params = key
    return Arrangement(account, signature, tuple(phones), template, params, automatic, after)


# -- how they show it ----------------------------------------------------------------------------------------


def _print_drafts(planned: _Planned) -> None:
    drafts, plans = planned.drafts, planned.plans
    if not drafts:
        print(say("没有长期未发送的报备。", "Nothing has been silent for long."))
        return
    columns = (
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("运营商", "carrier"), no_wrap=True),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("末次发送", "last send"), no_wrap=True),
        Column(say("剩余天数", "left"), justify="right"),
        Column(say("保活短信", "message"), overflow="fold", min_width=15),
    )
    rows = (
        (
            *(row.sign_name, NETWORKS[row.network].words.words(language()), row.sender),
            f"{beijing(each.silence.here_ms):%Y-%m-%d}",
            str((each.silence.last_good_day - planned.today).days),
            _message(each),
        )
        for each in drafts
        for row in (each.registration,)
    )
    Console().print(plain_table(columns, rows))
    for why in dict.fromkeys(each.why for each in drafts if each.why is not None):
        if (helps := WHY[why].helps) is not None:
            print(f"{WHY[why].words.words(language())}: {helps.words(language())}")
    sent = [each for each in drafts if each.due_ms is not None]
    price = format_amount(sum(each.price for each in sent))
    print(say(f"共 {len(sent)} 条短信，按目录价 {price}。", f"{len(sent)} messages, {price} at list prices."))
    short = {each.registration.network for each in drafts if each.why is Why.NO_PHONE}
    if short:
        names = say("、", ", ").join(
            row.words.words(language()) for row in NETWORKS.values() if row.network in short
        )
        print(say(f"缺少号码的运营商：{names}。", f"No phone of the tenant's with: {names}."))
    for plan in plans:
        print(
            say(
                f"计划 {plan.id}（账号 {plan.account_id}）：{plan.items} 条，由运行中的服务按时发送。",
                f"Plan {plan.id} (account {plan.account_id}): {plan.items} messages; the running server sends them.",
            )
        )
    if sent and not plans:
        print(say("未安排发送；加 --start 安排。", "Nothing is scheduled; --start does it."))


def _message(draft: Draft) -> str:
    if draft.due_ms is not None:
        return _phone_at(draft.number, draft.due_ms)
    words = WHY[draft.why].words.words(language()) if draft.why is not None else ""
    if draft.why is Why.NOT_DUE:
        return f"{words}: {draft.due_on}"
    return f"{words} ({draft.refused})" if draft.refused else words


def _print_plans(plans: list[KeepPlan]) -> None:
    columns = (
        Column(say("计划", "plan"), justify="right"),
        say("状态", "state"),
        Column(say("账号", "account"), no_wrap=True),
        Column(say("短信", "messages"), justify="right"),
        Column(say("未发送", "waiting"), justify="right"),
        Column(say("创建", "made"), overflow="fold"),
    )
    rows = (
        (
            *(str(each.id), say(*_STATES[each.state]), str(each.account_id)),
            *(str(each.items), str(each.waiting), f"{beijing(each.made_ms):%Y-%m-%d} {each.actor}"),
        )
        for each in plans
    )
    Console().print(plain_table(columns, rows))


def _print_items(items: list[ItemView]) -> None:
    columns = (
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("运营商", "carrier"), no_wrap=True),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("保活短信", "message"), no_wrap=True),
        Column(say("结果", "result"), overflow="fold"),
    )
    rows = (
        (
            *(item.sign_name, NETWORKS[item.network].words.words(language()), item.sender),
            *(_phone_at(item.number, item.due_ms), _result(view)),
        )
        for view in items
        for item in (view.item,)
    )
    Console().print(plain_table(columns, rows))


def _print_arrangements(found: list[Arrangement]) -> None:
    columns = (
        Column(say("账号", "account"), no_wrap=True),
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("手机", "phones"), no_wrap=True),
        Column(say("模板", "template"), overflow="fold"),
        Column(say("触发天数", "after days"), justify="right"),
        say("自动", "automatic"),
    )
    rows = (
        (
            *(str(each.account_id), each.sign_name or say("全部", "all")),
            *(
                "\n".join(phone.removeprefix("86") for phone in each.phones),
                each.template_code,
                str(each.after_days),
            ),
            say("是", "yes") if each.automatic else say("否", "no"),
        )
        for each in found
    )
    Console().print(plain_table(columns, rows))


def _result(view: ItemView) -> str:
    outcome, code = say(*_OUTCOMES[view.outcome]), view.item.why or view.refusal
    if not code:
        return outcome
    return f"{outcome}: {_WORDS[code].words(language()) if code in _WORDS else code}"


def _phone_at(number: str, at_ms: Millis) -> str:
    return f"{beijing(at_ms):%m-%d %H:%M}\n{number.removeprefix('86')}"
