"""`hongyan health`: what is wrong with signatures, who must act, what ends when."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.tables import plain_table
from hongyan.compliance.health import (
    REASON,
    UNKNOWN,
    Accepted,
    Called,
    Checkup,
    Coming,
    Usability,
    Waiting,
    calendar,
    checkup_facts,
    coming_facts,
    waiting_facts,
)
from hongyan.compliance.registration import Whose
from hongyan.identity import Actor
from hongyan.kernel.clock import SystemClock, beijing
from hongyan.kernel.errors import Refused

app = App(
    name="health",
    help="Health of signatures: what is wrong, who must act, what ends when. 签名状态与到期提醒。",
    default_parameter=Parameter(negative=()),
)

_USABILITY: Final = {
    Usability.AVAILABLE: ("可用", "available"),
    Usability.ABNORMAL: ("可用-异常", "available - abnormal"),
    Usability.UNAVAILABLE: ("不可用", "unavailable"),
    Usability.IN_REVIEW: ("审核中", "in review"),
    Usability.UNKNOWN: ("未知", "unknown"),
}
_WHOSE: Final = {
    Whose.NOBODY: ("无", "nobody"),
    Whose.TENANT: ("租户", "tenant"),
    Whose.OPERATOR: ("运营方", "operator"),
    Whose.CARRIER: ("运营商", "carrier"),
}
_SOON_DAYS: Final = 64
"""What ends later is only shown for one signature. A lapse is warned of 64 days before at most."""


@app.command(name="list")
def list_(*, account: int | None = None, reason: str = "", json: Json = False, data: Data = None) -> None:
    """Signatures that are not simply available, and why.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    reason
        Only those with this reason; `hongyan health reasons` lists them.
    """
    if reason and reason not in {*REASON, UNKNOWN}:
        raise Refused(
            "health.no_reason",
            en=f"there is no reason {reason}; `hongyan health reasons` lists them",
            zh=f"没有名为 {reason} 的原因，请用 hongyan health reasons 查看",
        )
    found = asyncio.run(_checkups(data, account, reason))
    shown = [each for each in found if each.usability is not Usability.AVAILABLE]
    if json:
        print_json([checkup_facts(each) for each in shown])
    elif shown:
        _print_list(shown)
    else:
        print(say("没有异常的签名。", "Nothing is wrong with any signature."))


@app.command
def show(name: str, *, account: int, json: Json = False, data: Data = None) -> None:
    """One signature: every reason with what to do, and what ends when.

    Parameters
    ----------
    name
        The signature's name, without 【】.
    account
        Number of the tenant.
    """
    found = asyncio.run(_checkup(data, account, name))
    if json:
        print_json(checkup_facts(found))
        return
    lang = language()
    print(f"{name}: {say(*_USABILITY[found.usability])}")
    if found.problem:
        print(say(f"  无法检查：{found.problem}", f"  it cannot be looked at: {found.problem}"))
    for held in found.held:
        row = held.ailment.reason
        print(f"\n- {row.words.words(lang)}  [{row.id}]")
        print(f"  {held.ailment.explanation.words(lang)}")
        print(say("  自 ", "  since ") + f"{beijing(held.since_ms):%Y-%m-%d %H:%M}")
        print(say("  处理方：", "  who acts: ") + say(*_WHOSE[held.ailment.whose]))
        print(say("  处理：", "  what to do: ") + row.what_to_do.words(lang))
    for each in found.coming:
        when = (
            say(f"自 {each.day} 起", f"from {each.day}")
            if each.day
            else say("规则确认后", "once the rules are accepted")
        )
        print(f"\n- {when}: {each.reason.words.words(lang)}  [{each.reason.id}]")
        print(say("  处理：", "  what to do: ") + each.reason.what_to_do.words(lang))
    if found.ends:
        print()
        for end in found.ends:
            left = say(f"剩余 {end.days} 天", f"{end.days} days left")
            print(f"{end.day}  {end.row.words.words(lang)}  ({left})")


@app.command
def reasons(*, json: Json = False) -> None:
    """Every reason for "available - abnormal" and "unavailable", with who must act and where it comes from."""
    if json:
        print_json(
            [
                {
                    "id": row.id,
                    "status": row.status.value,
                    "timing": row.timing.value,
                    "words": row.words.facts(),
                    "what_to_do": row.what_to_do.facts(),
                    "whose": row.whose.value,
                    "cure": row.cure.value,
                    "source": row.source,
                }
                for row in REASON.values()
            ]
        )
        return
    heads = "id", say("状态", "status"), say("内容", "says"), say("处理", "what to do")
    rows = (
        (row.id, row.status.value, row.words.words(language()), row.what_to_do.words(language()))
        for row in REASON.values()
    )
    _print(heads, rows)


@app.command(name="calendar")
def calendar_(*, account: int | None = None, out: Path | None = None, data: Data = None) -> None:
    """What ends when, as an iCalendar file for calendar programs.

    Parameters
    ----------
    account
        Number of a tenant; all tenants when left out.
    out
        The file to write; standard output when left out.
    """
    feed = calendar(asyncio.run(_checkups(data, account, "")), language(), SystemClock().now_ms())
    if out is None:
        sys.stdout.buffer.write(feed)
        return
    try:
        out.write_bytes(feed)
    except OSError as error:
        raise Refused(
            "health.calendar_file",
            en=f"{out} cannot be written: {error.strerror}",
            zh=f"无法写入 {out}：{error.strerror}",
        ) from None


@app.command
def impact(*, on: date | None = None, json: Json = False, data: Data = None) -> None:
    """Which signatures rules to come make abnormal: those that begin soon, and those that wait to be accepted.

    Parameters
    ----------
    on
        Try the rules and validities of this day instead, YYYY-MM-DD.
    """
    if on is not None:
        _impact_on(data, on, json=json)
        return
    waiting, found = asyncio.run(_ahead(data))
    if json:
        signatures = [
            {"account_id": called.account_id, "name": called.name, "coming": list(map(coming_facts, coming))}
            for called, coming in found
        ]
        print_json({"waiting": waiting_facts(waiting) if waiting else None, "signatures": signatures})
        return
    if waiting:
        changed = ", ".join(waiting.changed)
        print(say(f"规则有变更待确认：{changed}", f"Changes of the rules wait to be accepted: {changed}"))
        print(
            say(
                f"确认后将有 {waiting.signatures} 个签名变为异常；确认请执行 hongyan health accept {waiting.number}",
                f"{waiting.signatures} signatures become abnormal when you run `hongyan health accept {waiting.number}`.",
            )
        )
    if not found:
        print(say("没有签名受影响。", "No signature is affected."))
        return
    heads = (
        say("何时", "from"),
        say("账号", "account"),
        say("签名", "signature"),
        say("新增原因", "new reason"),
    )
    rows = (
        (
            str(each.day or say("确认后", "acceptance")),
            *(str(called.account_id), called.name, each.reason.words.words(language())),
        )
        for called, coming in found
        for each in coming
    )
    _print(heads, rows)


@app.command
def accept(edition: str, *, json: Json = False, data: Data = None) -> None:
    """Accept the rules that a new version or setting brought: what they find is noticed, and all signatures are looked at again.

    Parameters
    ----------
    edition
        What `hongyan health impact` calls them, so that nobody accepts what he has not looked at.
    """
    accepted = asyncio.run(_accept(data, edition))
    if json:
        print_json({"edition": accepted.number, "signatures": accepted.signatures})
        return
    print(
        say(
            f"规则 {edition} 已生效，{accepted.signatures} 个签名将变为异常；运行中的服务随即重新检查所有签名。",
            f"The rules {edition} are in force; {accepted.signatures} signatures become abnormal. "
            "A running server looks at all signatures again.",
        )
    )


def _impact_on(data: Data, on: date, *, json: bool) -> None:
    found = asyncio.run(_impact(data, on))
    if json:
        print_json([{"account_id": number, "name": name, "new": new} for number, name, new in found])
        return
    if not found:
        print(say("没有签名受影响。", "No signature is affected."))
        return
    heads = say("账号", "account"), say("签名", "signature"), say("新增原因", "new reasons")
    rows = (
        (str(number), name, ", ".join(REASON[each].words.words(language()) for each in new))
        for number, name, new in found
    )
    _print(heads, rows)


async def _checkups(data: Data, account: int | None, reason: str) -> list[Checkup]:
    async with opened(data) as platform:
        if account is not None:
            await platform.identity.account(account)  # an unknown one is told, not an empty list
        return [each async for each in platform.compliance.health.checkups(account, reason)]


async def _checkup(data: Data, account: int, name: str) -> Checkup:
    async with opened(data) as platform:
        await platform.identity.account(account)
        return await platform.compliance.health.checkup(account, name)


async def _impact(data: Data, on: date) -> list[tuple[int, str, list[str]]]:
    async with opened(data) as platform:
        return [
            (signature.account_id, signature.name, new)
            async for signature, new in platform.compliance.health.impact(on)
        ]


async def _ahead(data: Data) -> tuple[Waiting | None, list[tuple[Called, list[Coming]]]]:
    async with opened(data) as platform:
        health = platform.compliance.health
        return await health.switching.waiting(), [each async for each in health.ahead()]


async def _accept(data: Data, edition: str) -> Accepted:
    async with opened(data) as platform:
        return await platform.compliance.health.switching.accept(edition, Actor(cli_actor()))


def _print_list(found: list[Checkup]) -> None:
    heads = (
        say("账号", "account"),
        say("签名", "signature"),
        say("状态", "status"),
        say("原因", "reasons"),
        say("即将到期", "ends soon"),
    )
    _print(heads, map(_row, found))


def _row(found: Checkup) -> tuple[str, ...]:
    why = found.problem or "\n".join(held.ailment.reason.words.words(language()) for held in found.held)
    soon = "\n".join(
        f"{ending.day} {ending.row.words.words(language())}"
        for ending in found.ends
        if ending.days <= _SOON_DAYS
    )
    name = str(found.signature.account_id), found.signature.name
    return (*name, say(*_USABILITY[found.usability]), why, soon)


def _print(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    Console().print(plain_table((Column(head, overflow="fold") for head in heads), rows))
