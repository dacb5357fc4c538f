"""`hongyan review`: what waits for a reviewer, and the verdicts. With HONGYAN_REVIEW=auto nothing waits here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.checklists import KINDS, checklist_lines
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.industries import IndustryOrUnknown, PaperKindOrUnknown
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.compliance import ReviewOrder, Verdict
from hongyan.compliance.papers import StoredPaper
from hongyan.compliance.review import (
    Checklist,
    ReviewDesk,
    SecondLook,
    checklist_facts,
    order_facts,
    paper_facts,
    second_look_facts,
)
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, SystemClock, beijing
from hongyan.kernel.errors import Refused

Reason = Annotated[
    str, Parameter(help="What the applicant reads: why, and how to fix it. 申请人看到的原因与修改办法。")
]
Because = Annotated[
    list[str] | None,
    Parameter(
        negative=(), help="A reason of the checklist, by its id; again for each. 审核清单中的理由编号。"
    ),
]

app = App(name="review", help="The reviewer's decisions. 审核。")

_VERDICT: Final = {
    Verdict.APPROVE: ("已通过。", "is approved."),
    Verdict.REJECT: ("已驳回。", "is rejected."),
    Verdict.ASK: ("已要求补充材料。", "waits for what you asked for."),
}


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """What waits for a verdict; what is promised first comes first."""
    orders = asyncio.run(_list(data))
    if json:
        print_json([order_facts(order) for order in orders])
        return
    if not orders:
        print(say("没有待审核的工单。", "Nothing waits for review."))
        return
    columns = (
        Column(say("工单", "order"), no_wrap=True),
        Column(say("类型", "kind"), no_wrap=True),
        Column(say("名称", "name"), overflow="fold"),
        Column(say("账号", "account"), overflow="fold"),
        Column(say("承诺时间", "promised"), no_wrap=True),
        Column(say("审核员", "claimed by"), overflow="fold"),
    )
    now_ms = SystemClock().now_ms()
    rows = (
        (
            *(str(order.id), say(*KINDS[order.kind]), order.label, str(order.account_id)),
            *(f"{beijing(order.promised_ms):%Y-%m-%d %H:%M}", _claimant(order, now_ms)),
        )
        for order in orders
    )
    Console().print(plain_table(columns, rows))


@app.command
def show(
    order: int,
    *,
    reveal: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """One order: what was applied for, what the rules and earlier decisions say, and everything that happened to it.

    Parameters
    ----------
    order
        The order's number.
    reveal
        Show ID and phone numbers in full; that you looked is recorded.
    """
    found = asyncio.run(_show(data, order, reveal))
    if json:
        print_json(checklist_facts(found, reveal=reveal))
        return
    print_what_the_terminal_can()
    for line in checklist_lines(found, reveal=reveal):
        print(line)


@app.command
def claim(order: int, *, json: Json = False, data: Data = None) -> None:
    """Have an order for yourself for half an hour, so that nobody else decides it meanwhile.

    Parameters
    ----------
    order
        The order's number.
    """
    _done(asyncio.run(_act(data, order, _claim)), json)


@app.command
def release(order: int, *, json: Json = False, data: Data = None) -> None:
    """Give an order back.

    Parameters
    ----------
    order
        The order's number.
    """
    _done(asyncio.run(_act(data, order, _release)), json)


@app.command
def industry(order: int, industry: IndustryOrUnknown, *, json: Json = False, data: Data = None) -> None:
    """Say of which industry a signature's sender is; rules and risks follow.

    Parameters
    ----------
    order
        The order's number.
    industry
        What the sender does, or unknown. 发送方所属行业，不明为 unknown。
    """

    async def act(desk: ReviewDesk, order_id: int, reviewer: Actor) -> None:
        await desk.classify(order_id, industry, reviewer)

    found = asyncio.run(_act(data, order, act))
    if json:
        print_json(order_facts(found))
    else:
        print(say(f"已登记 {found.label} 的行业。", f"The industry of {found.label} is written down."))


@app.command(name="paper-kind")
def paper_kind(
    order: int, paper: str, kind: PaperKindOrUnknown, *, json: Json = False, data: Data = None
) -> None:
    """Say what a further paper of a signature is; what its industry still needs follows.

    Parameters
    ----------
    order
        The order's number.
    paper
        The paper's key or number.
    kind
        For example financial_licence, or unknown. 材料类型，不明为 unknown。
    """

    async def act(desk: ReviewDesk, order_id: int, reviewer: Actor) -> None:
        await desk.name_papers(order_id, {paper: kind}, reviewer)

    found = asyncio.run(_act(data, order, act))
    if json:
        print_json(order_facts(found))
    else:
        print(say("已登记该材料的类型。", "The kind of the paper is written down."))


@app.command
def approve(order: int, *, reason: str = "", json: Json = False, data: Data = None) -> None:
    """Approve an order.

    Parameters
    ----------
    order
        The order's number.
    reason
        A remark for the record.
    """
    _done(asyncio.run(_decide(data, order, Verdict.APPROVE, reason, None)), json)


@app.command
def reject(
    order: int, *, reason: Reason = "", because: Because = None, json: Json = False, data: Data = None
) -> None:
    """Reject an order.

    Parameters
    ----------
    order
        The order's number.
    """
    _done(asyncio.run(_decide(data, order, Verdict.REJECT, reason, because)), json)


@app.command
def ask(
    order: int, *, reason: Reason = "", because: Because = None, json: Json = False, data: Data = None
) -> None:
    """Ask the applicant for more before you decide; he submits again with it.

    Parameters
    ----------
    order
        The order's number.
    """
    _done(asyncio.run(_decide(data, order, Verdict.ASK, reason, because)), json)


@app.command
def paper(order: int, key: str, *, to: Path, json: Json = False, data: Data = None) -> None:
    """Save an uploaded paper of an order, to look at it; that you did is recorded.

    Parameters
    ----------
    order
        The order's number.
    key
        The paper's key, as `show` names it.
    to
        The file to write, readable by you only. One that is there already stays as it is.
    """
    saved = asyncio.run(_paper(data, order, key, to))
    if json:
        print_json(paper_facts(saved))
    else:
        print(say(f"已保存到 {to}（{saved.size} 字节）。", f"Saved as {to} ({saved.size} bytes)."))


@app.command(name="second-looks")
def second_looks(*, json: Json = False, data: Data = None) -> None:
    """What policies approved and nobody has looked at afterwards yet, the oldest first."""
    found = asyncio.run(_second_looks(data))
    if json:
        print_json([second_look_facts(each) for each in found])
        return
    if not found:
        print(say("没有待复核的工单。", "Nothing waits for a second look."))
        return
    columns = (
        Column(say("工单", "order"), no_wrap=True),
        say("类型", "kind"),
        Column(say("名称", "name"), overflow="fold"),
        Column(say("账号", "account"), overflow="fold"),
        Column(say("策略", "policy"), overflow="fold"),
        Column(say("通过时间", "approved"), no_wrap=True),
    )
    rows = (
        (
            *(str(each.order_id), say(*KINDS[each.kind]), each.label, str(each.account_id), each.policy),
            f"{beijing(each.approved_ms):%Y-%m-%d %H:%M}",
        )
        for each in found
    )
    Console().print(plain_table(columns, rows))


@app.command(name="second-look")
def second_look(
    order: int,
    *,
    wrong: Annotated[bool, Parameter(negative=())] = False,
    remark: str = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Say what you found of a policy's approval; it changes nothing else.

    Parameters
    ----------
    order
        The order's number.
    wrong
        The policy should not have approved it; needs a remark. 策略不应通过该申请，须填写备注。
    remark
        For the record. 备注。
    """
    found = asyncio.run(_look_again(data, order, right_so=not wrong, remark=remark))
    if json:
        print_json(second_look_facts(found))
    else:
        print(say(f"{found.label} 的复核结果已记录。", f"The second look at {found.label} is written down."))


async def _second_looks(data: Data) -> list[SecondLook]:
    found: list[SecondLook] = []
    async with opened(data) as platform:
        desk = platform.compliance.desk
        page = await desk.second_looks()
        while page:
            found += page
            page = await desk.second_looks(after=found[-1].position)
    return found


async def _look_again(data: Data, order_id: int, *, right_so: bool, remark: str) -> SecondLook:
    async with opened(data) as platform:
        desk, reviewer = platform.compliance.desk, Actor(cli_actor())
        await desk.look_again(order_id, right_so=right_so, remark=remark, reviewer=reviewer)
        return await desk.second_look(order_id)


async def _list(data: Data) -> list[ReviewOrder]:
    orders: list[ReviewOrder] = []
    async with opened(data) as platform:
        desk, page = platform.compliance.desk, await platform.compliance.desk.queue()
        while page:
            orders += page
            page = await desk.queue(after=orders[-1].position)
    return orders


async def _show(data: Data, order_id: int, reveal: bool) -> Checklist:
    async with opened(data) as platform:
        revealed_to = Actor(cli_actor()) if reveal else None
        return await platform.compliance.desk.checklist(order_id, revealed_to=revealed_to)


async def _paper(data: Data, order_id: int, key: str, to: Path) -> StoredPaper:
    async with opened(data) as platform:
        found = await platform.compliance.desk.paper(order_id, key, Actor(cli_actor()))
        pieces = [piece async for piece in platform.compliance.papers.content(found)]
    try:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise Refused(
            "review.paper_file",
            en=f"{to} cannot be written: {error.strerror}",
            zh=f"无法写入 {to}：{error.strerror}",
        ) from None
    return found


async def _act(
    data: Data, order_id: int, act: Callable[[ReviewDesk, int, Actor], Awaitable[None]]
) -> ReviewOrder:
    async with opened(data) as platform:
        desk = platform.compliance.desk
        await act(desk, order_id, Actor(cli_actor()))
        return await desk.order(order_id)


async def _claim(desk: ReviewDesk, order_id: int, reviewer: Actor) -> None:
    await desk.claim(order_id, reviewer)


async def _release(desk: ReviewDesk, order_id: int, reviewer: Actor) -> None:
    await desk.release(order_id, reviewer)


async def _decide(
    data: Data, order_id: int, verdict: Verdict, text: str, because: list[str] | None
) -> ReviewOrder:
    async def act(desk: ReviewDesk, order_id: int, reviewer: Actor) -> None:
        await desk.decide(order_id, verdict, reviewer, reasons=because or (), text=text)

    return await _act(data, order_id, act)


def _claimant(order: ReviewOrder, now_ms: Millis) -> str:
    claim = order.claimed
    return claim.by if claim is not None and claim.until_ms > now_ms else ""


def _done(order: ReviewOrder, json: bool) -> None:
    if json:
        print_json(order_facts(order))
    elif order.verdict is not None:
        print(f"{order.label} {say(*_VERDICT[Verdict(order.verdict)])}")
    elif order.first_approver is not None:
        words = "已由一人通过，还须另一人审核。", "is approved by one; it needs a second person."
        print(f"{order.label} {say(*words)}")
    elif order.claimed is not None:
        until = f"{beijing(order.claimed.until_ms):%H:%M}"
        print(
            say(
                f"{order.label} 由您审核，至 {until}。",
                f"{order.label} is yours until {until}.",
            )
        )
    else:
        print(say(f"{order.label} 已放回队列。", f"{order.label} is back in the queue."))
