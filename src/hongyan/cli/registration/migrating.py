"""`hongyan registration migrate`: what was registered elsewhere before, from a sheet."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.reading import read_file
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS
from hongyan.compliance.registration.migrating import Migrated
from hongyan.compliance.registration.sheets.bounds import MOST_BYTES
from hongyan.compliance.registration.sheets.facts import migration_counts, migration_facts, why_unfit
from hongyan.compliance.registration.sheets.matching import Fit
from hongyan.identity import Actor
from hongyan.kernel.visible import visible

_FITS: Final = {Fit.NEW: ("导入", "taken over"), Fit.KNOWN: ("已有", "known"), Fit.UNFIT: ("不符", "unfit")}
_MADE: Final = {
    "tenant": ("新租户", "tenant"),
    "signature": ("新签名", "signature"),
    "code": ("扩展码", "code"),
    "filing": ("报备", "filing"),
}
_SHOWN: Final = 200
"""Rows that a person is shown; --json has all of them."""


def migrate(file: Path, /, *, dry_run: bool = False, json: Json = False, data: Data = None) -> None:
    """Take over what was registered elsewhere: tenants, signatures, codes, filings, from .xlsx or CSV. The exit code is 1 when
    a row does not fit.

    Filings await verification instead of being filed again. The same sheet again changes nothing. Run it with --dry-run
    first. 从表格导入历史租户、签名、扩展码与报备；导入后为“已报备待验证”，请先用 --dry-run 预览。

    Parameters
    ----------
    file
        The sheet, at most 20 MB: tenant, enterprise, credit code, signature, carrier, access number, extension code.
    dry_run
        Say what would become of each row; change nothing. 仅预览，不写入。
    """
    content = read_file(file, MOST_BYTES)
    done = asyncio.run(_take(data, content, file.name, dry_run=dry_run))
    if json:
        print_json(migration_facts(done, language(), dry_run=dry_run))
    else:
        _show(done, dry_run=dry_run)
    if any(each.fit is Fit.UNFIT for each in done):
        sys.exit(REFUSED)


async def _take(data: Data, content: bytes, name: str, *, dry_run: bool) -> list[Migrated]:
    shown = name.encode(errors="replace").decode()
    async with opened(data) as platform:
        return await platform.filing.migration.take(content, shown, Actor(cli_actor()), dry_run=dry_run)


def _show(done: list[Migrated], *, dry_run: bool) -> None:
    columns = (
        Column(say("行", "row"), no_wrap=True, justify="right"),
        Column(say("租户", "tenant"), overflow="fold"),
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("运营商", "carrier"), overflow="fold"),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("处理", "became"), overflow="fold"),
        Column(say("说明", "why"), overflow="fold"),
    )
    shown = sorted(done, key=lambda each: each.fit is not Fit.UNFIT)[:_SHOWN]
    if shown:
        Console().print(plain_table(columns, map(_cells, shown)))
    if len(done) > len(shown):
        left = len(done) - len(shown)
        print(say(f"其余 {left:,} 行见 --json。", f"{left:,} more: --json has them."))
    counts = migration_counts(done)
    told = say("，", ", ").join(f"{say(*words)} {counts[fit.value]:,}" for fit, words in _FITS.items())
    print(say(f"{'预览：' if dry_run else ''}{told}。", f"{'Dry run: ' if dry_run else ''}{told}."))


def _cells(migrated: Migrated) -> tuple[str, ...]:
    row, network = migrated.row, migrated.network
    carrier = "" if network is None else NETWORKS[network].words.words(language())
    place = f"{row.sheet}!{row.row}" if row.sheet else str(row.row)
    made = say("、", ", ").join(say(*_MADE[each]) for each in migrated.made)
    return (
        *(visible(place), visible(row.tenant), visible(row.sign_name), carrier, visible(row.number)),
        *(say(*_FITS[migrated.fit]), visible(why_unfit(migrated, language())) or made),
    )
