"""`hongyan registration import`: a carrier's answer sheet."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final, Literal

from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.reading import read_file
from hongyan.cli.registration.reading import read_network
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS, Network, RegistrationEvent
from hongyan.compliance.registration.closing import CLOSED
from hongyan.compliance.registration.sheets.bounds import MOST_BYTES
from hongyan.compliance.registration.sheets.facts import answers_facts
from hongyan.compliance.registration.sheets.importing import AnswersImported
from hongyan.compliance.registration.sheets.matching import ROW_PROBLEMS, Fit, Judged
from hongyan.compliance.registration.sheets.words import RESULTS_AS_WRITTEN
from hongyan.identity import Actor
from hongyan.kernel.visible import visible

_FITS: Final = {
    Fit.NEW: ("采用", "taken"),
    Fit.KNOWN: ("已知", "known"),
    Fit.WAITING: ("未答复", "waiting"),
    Fit.UNFIT: ("不符", "unfit"),
}
CLOSED_AS_SAID: Final = {
    RegistrationEvent.CAMPAIGN: ("运营商治理", "campaign"),
    RegistrationEvent.CODE_TAKEN_BACK: ("扩展码收回", "recycled"),
}
_SHOWN: Final = 200
"""Rows that a person is shown; --json has all of them."""


def import_(
    file: Path,
    /,
    *,
    carrier: str,
    closed: Literal["campaign", "recycled"] | None = None,
    dry_run: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Take a carrier's answer sheet over: .xlsx or CSV, columns in any order, row by row. The exit code is 1 when a row does
    not fit.

    A row needs a result, and the reference, number or signature that it is about. The same file again changes nothing. With
    --closed it is a list of what the carrier has closed, and needs no results.
    导入运营商反馈表；每行的处理结果都会列出，重复导入不会产生变化。加 --closed 则导入治理或收回清单。

    Parameters
    ----------
    file
        The sheet, at most 20 MB.
    carrier
        Whose answer it is: mobile, unicom, telecom or broadnet; 移动、联通、电信、广电.
    closed
        Why: campaign, of the carrier's own; recycled, the extension codes were taken back. A signature without a number
        stands for all of its numbers. 运营商治理清单或扩展码收回清单。
    dry_run
        Say what would become of each row; change nothing. 仅预览，不写入。
    """
    network = read_network(carrier)
    content = read_file(file, MOST_BYTES)
    event = CLOSED[closed] if closed else None
    done = asyncio.run(_take(data, content, file.name, network, event, dry_run=dry_run))
    if json:
        print_json(answers_facts(done, language()))
    else:
        _show(done)
    if done.count(Fit.UNFIT):
        sys.exit(REFUSED)


async def _take(
    data: Data,
    content: bytes,
    name: str,
    network: Network,
    closed: RegistrationEvent | None,
    *,
    dry_run: bool,
) -> AnswersImported:
    shown = name.encode(errors="replace").decode()
    async with opened(data) as platform:
        return await platform.filing.answers.take(
            content, shown, network, Actor(cli_actor()), dry_run=dry_run, closed=closed
        )


def _show(done: AnswersImported) -> None:
    columns = (
        Column(say("行", "row"), no_wrap=True, justify="right"),
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("结果", "result"), no_wrap=True),
        Column(say("处理", "became"), no_wrap=True),
        Column(say("说明", "why"), overflow="fold"),
    )
    shown = sorted(done.rows, key=lambda each: each.fit is not Fit.UNFIT)[:_SHOWN]
    if shown:
        Console().print(plain_table(columns, (_cells(each, done.closed) for each in shown)))
    if len(done.rows) > len(shown):
        left = len(done.rows) - len(shown)
        print(say(f"其余 {left:,} 行见 --json。", f"{left:,} more rows: --json has them."))
    carrier = NETWORKS[done.network].words.words(language())
    counts = say("，", ", ").join(f"{say(*words)} {done.count(fit):,}" for fit, words in _FITS.items())
    print(
        say(
            f"{'预览：' if done.dry_run else ''}{carrier}反馈共 {len(done.rows):,} 行：{counts}。",
            f"{'Dry run: ' if done.dry_run else ''}{len(done.rows):,} rows from {carrier}: {counts}.",
        )
    )


def _cells(judged: Judged, closed: RegistrationEvent | None) -> tuple[str, ...]:
    row, found = judged.row, judged.registration
    number = found.sender if found else row.number.digits or row.access.digits + row.code.digits
    name = found.sign_name if found else row.sign_name
    if closed is not None:
        result = say(*CLOSED_AS_SAID[closed])
    else:
        result = visible(row.said) if row.result is None else say(*RESULTS_AS_WRITTEN[row.result])
    why = [ROW_PROBLEMS[code].words(language()) for code in (judged.problem, *judged.remarks) if code]
    if judged.reason is not None:
        why.insert(0, judged.reason.value)
    place = f"{row.sheet}!{row.row}" if row.sheet else str(row.row)
    return (
        *(visible(place), visible(name), visible(number), result),
        *(say(*_FITS[judged.fit]), say("；", "; ").join(why)),
    )
