"""`hongyan review`: what waits for a reviewer, and the verdicts. With HONGYAN_REVIEW=auto nothing waits here."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.compliance import Kind, ReviewOrder, Verdict
from hongyan.compliance.papers import StoredPaper
from hongyan.identity import Actor
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import Refused

app = App(name="review", help="The reviewer's decisions. 审核。")

_PERSONAL: Final = frozenset({"id_number", "admin_phone"})
_KIND: Final = {
    Kind.QUALIFICATION: ("资质", "qualification"),
    Kind.SIGNATURE: ("签名", "signature"),
    Kind.TEMPLATE: ("模板", "template"),
}


@app.command(name="list")
def list_(*, json: Json = False, data: Data = None) -> None:
    """What waits for a verdict, the oldest first."""
    orders = asyncio.run(_list(data))
    if json:
        _write([_order_facts(order) for order in orders])
        return
    if not orders:
        print(say("没有待审核的工单。", "Nothing waits for review."))
        return
    table = Table(
        say("工单", "order"),
        say("类型", "kind"),
        say("名称", "name"),
        say("账号", "account"),
        say("提交", "since"),
    )
    for order in orders:
        since = f"{beijing(order.submitted_ms):%Y-%m-%d %H:%M}"
        table.add_row(str(order.id), say(*_KIND[order.kind]), order.label, str(order.account_id), since)
    Console().print(table)


@app.command
def show(
    order: int,
    *,
    reveal: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """One order: what was applied for, and everything that happened to it.

    Parameters
    ----------
    order
        The order's number.
    reveal
        Show ID and phone numbers in full; that you looked is recorded.
    """
    found = asyncio.run(_show(data, order, reveal))
    if json:
        _write(found)
    else:
        Console().print_json(msgspec.json.encode(found).decode())


@app.command
def take(order: int, *, json: Json = False, data: Data = None) -> None:
    """Start on an order, so that others see that it is in review.

    Parameters
    ----------
    order
        The order's number.
    """
    _done(asyncio.run(_take(data, order)), json)


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
    _done(asyncio.run(_decide(data, order, Verdict.APPROVE, reason)), json)


@app.command
def reject(order: int, *, reason: str, json: Json = False, data: Data = None) -> None:
    """Reject an order.

    Parameters
    ----------
    order
        The order's number.
    reason
        What the applicant reads: why, and how to fix it.
    """
    _done(asyncio.run(_decide(data, order, Verdict.REJECT, reason)), json)


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
        _write(_paper_facts(saved))
    else:
        print(say(f"已保存到 {to}（{saved.size} 字节）。", f"Saved as {to} ({saved.size} bytes)."))


async def _list(data: Data) -> list[ReviewOrder]:
    orders: list[ReviewOrder] = []
    async with opened(data) as platform:
        while page := await platform.compliance.pending_reviews(after=orders[-1] if orders else None):
            orders += page
    return orders


async def _show(data: Data, order_id: int, reveal: bool) -> dict[str, Any]:
    async with opened(data) as platform:
        compliance = platform.compliance
        order = await compliance.review_order(order_id)
        reviewed = await compliance.reviewed_object(order)
        history = await compliance.history(order.kind, order.object_id)
        papers = await compliance.papers.of_revision(order.kind, order.object_id, order.revision)
        if reveal:
            await platform.identity.record_event(
                order.account_id, cli_actor(), "compliance.reveal_personal_data", str(order_id)
            )
    material = asdict(reviewed.material)
    return {
        **_order_facts(order),
        "state": reviewed.standing.state.value,
        "material": material if reveal else _masked(material),
        "papers": [_paper_facts(each) for each in papers],
        "history": [
            {
                "at": beijing(change.at_ms).isoformat(),
                "actor": change.actor,
                "door": change.door,
                "address": change.address,
                "event": change.event,
                "before": change.before,
                "after": change.after,
                "reason": change.reason,
                "changed": [asdict(each) for each in change.changed],
            }
            for change in history
        ],
    }


async def _paper(data: Data, order_id: int, key: str, to: Path) -> StoredPaper:
    async with opened(data) as platform:
        papers = platform.compliance.papers
        order = await platform.compliance.review_order(order_id)
        found = await papers.show_reviewer(
            order.kind, order.object_id, order.revision, key, reviewer=Actor(cli_actor())
        )
        pieces = [piece async for piece in papers.content(found)]
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


async def _take(data: Data, order_id: int) -> ReviewOrder:
    async with opened(data) as platform:
        await platform.compliance.take(order_id, Actor(cli_actor()))
        return await platform.compliance.review_order(order_id)


async def _decide(data: Data, order_id: int, verdict: Verdict, reason: str) -> ReviewOrder:
    async with opened(data) as platform:
        await platform.compliance.decide(order_id, verdict, reason, Actor(cli_actor()))
        return await platform.compliance.review_order(order_id)


def _masked(material: dict[str, Any]) -> dict[str, Any]:
    """Personal numbers shortened to their last four characters."""
    shown: dict[str, Any] = {}
    for name, value in material.items():
        if isinstance(value, dict):
            shown[name] = _masked(value)
        else:
            shown[name] = f"****{value[-4:]}" if name in _PERSONAL and value else value
    return shown


def _order_facts(order: ReviewOrder) -> dict[str, Any]:
    return {
        "order": order.id,
        "kind": order.kind.value,
        "name": order.label,
        "account_id": order.account_id,
        "submitted": beijing(order.submitted_ms).isoformat(),
        "verdict": order.verdict,
        "reviewer": order.reviewer,
        "reason": order.reason,
    }


def _paper_facts(paper: StoredPaper) -> dict[str, Any]:
    return {
        "key": paper.key,
        "format": paper.format.value,
        "size": paper.size,
        "width": paper.width,
        "height": paper.height,
        "pages": paper.pages,
        "sha256": paper.content_hash.hex(),
        "uploaded": beijing(paper.created_ms).isoformat(),
        "uploader": paper.uploader,
        "address": paper.address,
    }


def _done(order: ReviewOrder, json: bool) -> None:
    if json:
        _write(_order_facts(order))
    elif order.verdict is None:
        print(say(f"{order.label} 已开始审核。", f"{order.label} is in review."))
    elif order.verdict == Verdict.APPROVE.value:
        print(say(f"{order.label} 已通过。", f"{order.label} is approved."))
    else:
        print(say(f"{order.label} 已驳回。", f"{order.label} is rejected."))


def _write(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
