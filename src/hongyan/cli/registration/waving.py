"""`hongyan registration waves`: many registrations, begun piece by piece."""

from __future__ import annotations

import asyncio
from typing import Final

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.registration.printing import print_moved
from hongyan.cli.registration.reading import read_network
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS, REASONS, Network
from hongyan.compliance.registration.waves import (
    ItemState,
    PlanEvent,
    PlanState,
    Unplanned,
    WaveDraft,
    WaveItem,
    WavePlan,
)
from hongyan.compliance.registration.waves.facts import item_facts, plan_facts, unplanned_facts
from hongyan.identity import Actor

waves = App(
    name="waves",
    help="Begin many registrations piece by piece: plan, show, start, pause, resume. 分批报备。",
    default_parameter=Parameter(negative=()),
)

_STATES: Final = {
    PlanState.PLANNED: ("未开始", "planned"),
    PlanState.RUNNING: ("进行中", "running"),
    PlanState.PAUSED: ("已暂停", "paused"),
    PlanState.DONE: ("已完成", "done"),
}
_ITEMS: Final = {
    ItemState.WAITING: ("等待", "waiting"),
    ItemState.STARTED: ("已发起", "started"),
    ItemState.SKIPPED: ("已跳过", "skipped"),
}
_SHOWN: Final = 100
"""Items that a person is shown; --json has all of them."""

Counts = dict[int, dict[ItemState, int]]


@waves.command(name="plan")
def plan_(
    *,
    carrier: list[str] | None = None,
    account: int = 0,
    size: int = 50,
    days: int = 10,
    dry_run: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Plan waves of what is not registered or has lapsed, signatures with most traffic first. Nothing begins yet.

    按近 30 天发送量排序，将未报备或已失效的签名分批；计划不会自动开始。

    Parameters
    ----------
    carrier
        Only these carriers; all that count when left out. May be given several times.
    account
        Only signatures of this tenant.
    size
        Registrations of a wave; everything of one signature goes in one wave.
    days
        After which the next wave begins, also when carriers have not answered this one.
    dry_run
        Show the waves and keep nothing. 仅预览。
    """
    networks = [read_network(each) for each in carrier or ()]
    drafted, plan = asyncio.run(_plan(data, networks, account, size, days, dry_run=dry_run))
    items = drafted.items
    if json:
        facts = {
            "plan": None if plan is None else plan_facts(plan),
            "dry_run": dry_run,
            "items": [item_facts(each) for each in items],
            "left_out": [unplanned_facts(each) for each in drafted.left_out],
        }
        print_json(facts)
        return
    _print_items(items)
    _print_left_out(drafted.left_out)
    waves_ = items[-1].wave if items else 0
    if plan is None:
        print(
            say(
                f"预览：{len(items):,} 条，分 {waves_} 批；未保存。",
                f"Dry run: {len(items):,} registrations in {waves_} waves. Nothing was kept.",
            )
        )
    else:
        print(
            say(
                f"计划 {plan.id}：{len(items):,} 条，分 {waves_} 批。用 hongyan registration waves start {plan.id} 开始。",
                f"Plan {plan.id}: {len(items):,} registrations in {waves_} waves. Begin it with `hongyan registration waves"
                f" start {plan.id}`.",
            )
        )


@waves.command
def show(plan: int | None = None, /, *, json: Json = False, data: Data = None) -> None:
    """Show a plan and what became of it; all plans when none is named.

    Parameters
    ----------
    plan
        The plan's number.
    """
    if plan is None:
        plans = asyncio.run(_plans(data))
        if json:
            print_json([plan_facts(each) for each in plans])
        elif plans:
            _print_plans(plans)
        else:
            print(say("没有计划。", "There are no plans."))
        return
    found, items, counts = asyncio.run(_show(data, plan))
    if json:
        print_json({**plan_facts(found), "items": [item_facts(each) for each in items]})
        return
    _print_plans([found])
    _print_items(items)
    for wave, states in counts.items():
        told = say("，", ", ").join(f"{say(*_ITEMS[state])} {count:,}" for state, count in states.items())
        print(say(f"第 {wave} 批：{told}", f"wave {wave}: {told}"))


@waves.command
def start(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Begin a plan. A running server begins its registrations, wave by wave.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, PlanEvent.START, json=json)


@waves.command
def pause(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Let nothing more of a plan begin. What has begun goes on.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, PlanEvent.PAUSE, json=json)


@waves.command
def resume(plan: int, /, *, json: Json = False, data: Data = None) -> None:
    """Go on with a paused plan.

    Parameters
    ----------
    plan
        The plan's number.
    """
    _move(data, plan, PlanEvent.RESUME, json=json)


# -- what they do --------------------------------------------------------------------------------------------


async def _plan(
    data: Data, networks: list[Network], account: int, size: int, days: int, *, dry_run: bool
) -> tuple[WaveDraft, WavePlan | None]:
    async with opened(data) as platform:
        desk = platform.filing.waves
        drafted = await desk.draft(networks, size, days, account_id=account)
        return drafted, None if dry_run else await desk.plan(drafted.items, size, days, Actor(cli_actor()))


async def _plans(data: Data) -> list[WavePlan]:
    async with opened(data) as platform:
        return await platform.filing.waves.plans()


async def _show(data: Data, plan: int) -> tuple[WavePlan, list[WaveItem], Counts]:
    async with opened(data) as platform:
        desk = platform.filing.waves
        return await desk.get(plan), await desk.items(plan), await desk.counts(plan)


def _move(data: Data, plan: int, event: PlanEvent, *, json: bool) -> None:
    moved = asyncio.run(_moved(data, plan, event))
    print_moved(plan, _STATES[moved.state], plan_facts(moved), json=json)


async def _moved(data: Data, plan: int, event: PlanEvent) -> WavePlan:
    async with opened(data) as platform:
        return await platform.filing.waves.move(plan, event, Actor(cli_actor()))


# -- how they show it ----------------------------------------------------------------------------------------


def _print_plans(plans: list[WavePlan]) -> None:
    columns = (
        Column(say("计划", "plan"), justify="right"),
        say("状态", "state"),
        Column(say("批次", "wave"), no_wrap=True),
        Column(say("每批", "size"), justify="right"),
        Column(say("间隔天数", "days"), justify="right"),
        say("创建者", "by"),
    )
    rows = (
        (
            *(str(each.id), say(*_STATES[each.state]), f"{each.wave}/{each.waves}"),
            *(str(each.size), str(each.days), each.actor),
        )
        for each in plans
    )
    Console().print(plain_table(columns, rows))


def _print_items(items: list[WaveItem]) -> None:
    if not items:
        return
    columns = (
        Column(say("批次", "wave"), justify="right"),
        Column(say("签名", "signature"), overflow="fold"),
        say("运营商", "carrier"),
        Column(say("近 30 天", "30 days"), justify="right"),
        say("状态", "state"),
        say("说明", "why"),
    )
    rows = (
        (
            *(str(each.wave), each.candidate.sign_name),
            NETWORKS[each.candidate.network].words.words(language()),
            *(f"{each.candidate.traffic:,}", say(*_ITEMS[each.state]), each.why),
        )
        for each in items[:_SHOWN]
    )
    Console().print(plain_table(columns, rows))
    if len(items) > _SHOWN:
        left = len(items) - _SHOWN
        print(say(f"其余 {left:,} 条见 --json。", f"{left:,} more: --json has them."))


def _print_left_out(left_out: list[Unplanned]) -> None:
    for each in left_out[:_SHOWN]:
        row = REASONS[each.reason]
        said, advice = row.words.words(language()), row.advice.words(language())
        print(
            say(
                f"未纳入：{each.sign_name}（账号 {each.account_id}）：{said}。{advice}",
                f"Left out: {each.sign_name} (account {each.account_id}): {said}; {advice}",
            )
        )
    if len(left_out) > _SHOWN:
        left = len(left_out) - _SHOWN
        print(
            say(f"另有 {left:,} 个签名未纳入，见 --json。", f"{left:,} more are left out: --json has them.")
        )
