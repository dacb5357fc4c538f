"""`hongyan number`: which carrier serves a number, which channel its messages take, and numbers that were ported.

A running server takes every change over at once.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import PurePath
from typing import Annotated

from cyclopts import App, Parameter

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.number.looking import Looked, look
from hongyan.cli.number.screens import carrier_words, looked_facts, print_looked, stored_facts
from hongyan.cli.output import print_json
from hongyan.cli.reading import STANDARD_INPUT, as_told, open_lines
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused
from hongyan.messaging.ported import (
    LONGEST_LINE,
    Imported,
    PortedNumber,
    Unfit,
    mainland_mobile,
    read_carrier,
    read_since,
)

app = App(
    name="number",
    help="Numbers: who serves one, which channel it takes, ported numbers. 号码归属、选路与携号转网。",
    default_parameter=Parameter(negative=()),
)

_MOST_TOLD = 1_000
"""Lines that do not fit in one JSON answer."""

Problem = tuple[int, Refused]


@app.command
def show(
    number: str,
    *,
    account: int = 0,
    extension_code: str = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Show a number's carrier, by its prefix and as ported, and the channel that its messages would take.

    Parameters
    ----------
    number
        As in a request: 13800138000, or with country code.
    account
        Number of the tenant that would send; some channels are reserved for tenants.
    extension_code
        Extension code that would stand behind the access number.
    """
    found = asyncio.run(_look(data, number, account, extension_code))
    if json:
        print_json(looked_facts(found))
    else:
        print_looked(found)


@app.command
def port(
    number: str, carrier: str, *, since: str | None = None, json: Json = False, data: Data = None
) -> None:
    """Enter that another carrier serves a number, whatever was entered before.

    Parameters
    ----------
    number
        A mainland mobile number.
    carrier
        mobile, unicom, telecom or broadnet; 移动、联通、电信、广电.
    since
        When it was ported: 2024-03-01 or 2024-03-01T12:00:00, Beijing time; now when left out.
    """
    to = read_carrier(carrier)
    since_ms = None if since is None else read_since(since, SystemClock().now_ms())
    stored = asyncio.run(_port(data, number, to, since_ms))
    shown = mainland_mobile(number).national
    if json:
        print_json({"number": f"86{shown}", **stored_facts(stored)})
    else:
        zh, en = carrier_words(to)
        print(say(f"{shown} 现由{zh}服务。", f"{shown} is served by {en}."))


@app.command
def unport(number: str, *, json: Json = False, data: Data = None) -> None:
    """Take a ported number out: its prefix says again who serves it.

    Parameters
    ----------
    number
        A mainland mobile number.
    """
    was = asyncio.run(_unport(data, number))
    shown = mainland_mobile(number).national
    if json:
        print_json({"number": f"86{shown}", "was": stored_facts(was)})
    else:
        print(say(f"{shown} 的携转记录已删除。", f"{shown} is not entered as ported any more."))


@app.command(name="import")
def import_(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    json: Json = False,
    data: Data = None,
) -> None:
    """Enter ported numbers from a file: one number,carrier[,since] a line, UTF-8, with a heading or without.

    A line counts when it names another carrier than is known and is not older. Lines that do not fit are told on
    standard error and left out; the exit code is then 1.

    Parameters
    ----------
    file
        The file, or - for standard input.
    """
    unfit: list[Problem] = []

    def told(place: int, why: Refused) -> None:
        if not json:
            sentence = why.words(language())
            print(say(f"第 {place} 行：{sentence}", f"line {place}: {sentence}"), end="", file=sys.stderr)
            print(f" [{why.code}]", file=sys.stderr)
        elif len(unfit) < _MOST_TOLD:
            unfit.append((place, why))

    name = "-" if file == STANDARD_INPUT else as_told(PurePath(file).name)
    with open_lines(file, LONGEST_LINE) as lines:
        done = asyncio.run(_import(data, lines, name, told))
    if json:
        problems = [
            {"line": place, "code": why.code, "reason": why.words(language())} for place, why in unfit
        ]
        print_json({**asdict(done), "problems": problems})
    else:
        print(
            say(
                f"共 {done.lines:,} 行：入库 {done.stored:,}，已知 {done.known:,}，不合格 {done.unfit:,}。",
                f"{done.lines:,} lines: {done.stored:,} stored, {done.known:,} known already, {done.unfit:,} do not fit.",
            )
        )
    if done.unfit:
        sys.exit(REFUSED)


@app.command
def ported(*, json: Json = False, data: Data = None) -> None:
    """Count ported numbers by the carrier that serves them now."""
    counts = asyncio.run(_counts(data))
    if json:
        print_json(counts)
        return
    for carrier, count in counts.items():
        zh, en = carrier_words(carrier)
        print(f"{count:>12,}  {say(zh, en)}")


# -- what they do --------------------------------------------------------------------------------------------


async def _look(data: Data, number: str, account: int, extension_code: str) -> Looked:
    async with opened(data) as platform:
        return await look(platform, number, account, extension_code)


async def _port(data: Data, number: str, carrier: Carrier, since_ms: int | None) -> PortedNumber:
    async with opened(data) as platform:
        return await platform.ported_numbers.port(number, carrier, since_ms=since_ms, actor=cli_actor())


async def _unport(data: Data, number: str) -> PortedNumber:
    async with opened(data) as platform:
        return await platform.ported_numbers.unport(number, actor=cli_actor())


async def _import(data: Data, lines: Iterable[bytes], name: str, unfit: Unfit) -> Imported:
    async with opened(data) as platform:
        return await platform.ported_numbers.take(lines, name, actor=cli_actor(), unfit=unfit)


async def _counts(data: Data) -> dict[Carrier, int]:
    async with opened(data) as platform:
        return await platform.ported_numbers.counts()
