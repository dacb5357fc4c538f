"""`hongyan registration pack`: what is filed with a carrier by hand."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter
from rich.console import Console
from rich.table import Column

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.registration.reading import read_network
from hongyan.cli.tables import plain_table
from hongyan.compliance.registration import NETWORKS, Network, Registration
from hongyan.compliance.registration.registrars.pack import MOST_AT_ONCE, LeftOut, Pack, pack_facts
from hongyan.compliance.registration.registrars.packing import PackWish
from hongyan.compliance.registration.sheets.layouts import read_layout
from hongyan.config import read_settings
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused
from hongyan.kernel.visible import visible

_EXAMPLES: Final = {"name": "某某通信有限公司", "organization_code": "91330106MA2HY0002X"}
"""Of keys of the file of HONGYAN_FILING; both are invented."""


@dataclass(frozen=True, slots=True)
class _Made:
    """`file`: None when nothing was written. `more`: others would have fitted too."""

    pack: Pack
    file: Path | None
    filed: list[Registration]
    more: bool


def pack(
    *,
    carrier: str,
    channel: str = "",
    signature: str = "",
    out: Annotated[Path | None, Parameter(show_default=False)] = None,
    layout: Annotated[Path | None, Parameter(show_default=False)] = None,
    most: int = MOST_AT_ONCE,
    csv: bool = False,
    again: bool = False,
    dry_run: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Make a carrier's filing pack of what waits, and note it as filed: the carrier's time runs from now on.

    The pack holds personal papers; only its owner can read the file. What lacks something is left out and told; the exit
    code is 1 when that is everything.
    生成报备包并标记为已提交；材料不全的报备会被跳过并说明原因。

    Parameters
    ----------
    carrier
        mobile, unicom, telecom or broadnet; 移动、联通、电信、广电.
    channel
        Only what is registered for the number of this channel.
    signature
        Only this signature.
    out
        The ZIP file; by default the pack's reference in the working folder.
    layout
        TOML file of the sheet's columns; by default the operator's (HONGYAN_FILING) or ours.
    most
        At most so many registrations, 1 to 500.
    csv
        The sheet as CSV instead of .xlsx.
    again
        Make it of what was filed and is not answered, under the same references, e.g. because a pack was lost. Files
        nothing. 重新生成已提交但未答复的报备包。
    dry_run
        Say what would be in it; write nothing, file nothing. 仅预览，不生成、不提交。
    """
    network = read_network(carrier)
    wish = PackWish(network=network, channel=channel, sign_name=signature, most=most, again=again, as_csv=csv)
    made = asyncio.run(_pack(data, wish, out, layout, dry_run=dry_run))
    if json:
        print_json(_facts(made, dry_run=dry_run))
    else:
        _show(made, network, dry_run=dry_run)
    if made.pack.left_out and not made.pack.filings:
        sys.exit(REFUSED)


async def _pack(data: Data, wish: PackWish, out: Path | None, layout: Path | None, *, dry_run: bool) -> _Made:
    async with opened(data) as platform:
        packs, actor = platform.filing.packs, Actor(cli_actor())
        columns = read_layout(layout) if layout else None
        drafted = await packs.draft(wish, actor, layout=columns, dry_run=dry_run)
        pack = drafted.pack
        if pack.content is None:
            return _Made(pack, None, [], drafted.more)
        file = out or Path(f"{pack.reference}.zip")
        _write(file, pack.content)
        return _Made(pack, file, await packs.file(pack, actor, as_csv=wish.as_csv), drafted.more)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, for its owner only. Another file of this name is left as it is."""
    try:
        if file.exists():
            if file.read_bytes() == content:
                return
            raise Refused(
                "registration.pack_exists",
                en=f"{file} exists and is another pack; choose another name with --out",
                zh=f"{file} 已存在且内容不同，请用 --out 指定其他文件名",
            )
        partial = file.with_name(f".{file.name}.{os.getpid()}")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(file)
    except OSError as error:
        raise Refused(
            "registration.pack_unwritable",
            en=f"{file} cannot be written: {error.strerror}; nothing was filed",
            zh=f"无法写入 {file}：{error.strerror}；未提交任何报备",
        ) from None


# -- how it is shown -----------------------------------------------------------------------------------------


def _facts(made: _Made, *, dry_run: bool) -> dict[str, Any]:
    pack = made.pack
    return {
        **pack_facts(pack),
        "dry_run": dry_run,
        "file": None if made.file is None else str(made.file),
        "sha256": None if pack.content is None else hashlib.sha256(pack.content).hexdigest(),
        "filed": [row.id for row in made.filed],
        "more": made.more,
    }


def _show(made: _Made, network: Network, *, dry_run: bool) -> None:
    pack = made.pack
    carrier = NETWORKS[network].words.words(language())
    if not pack.filings and not pack.left_out:
        print(say(f"{carrier}没有等待提交的报备。", f"Nothing waits to be filed with {carrier}."))
        return
    if pack.filings:
        _table(pack)
    for each in pack.left_out:
        row = each.registration
        print(
            say(
                f"未包含 {visible(row.sign_name)} {row.sender}：{_why(each)}",
                f"left out: {visible(row.sign_name)} {row.sender}: {_why(each)}",
            )
        )
    unsaid = dict.fromkeys(each for left in pack.left_out for each in left.unsaid)
    if unsaid:
        print(_how_to_say(unsaid))
    count = len(pack.filings)
    if dry_run:
        print(
            say(
                f"预览：{carrier}报备包将包含 {count} 条报备；未生成文件，未提交。",
                f"Dry run: the pack for {carrier} would hold {count} registrations. Nothing was written or filed.",
            )
        )
    elif made.file is None:
        print(say("没有可提交的报备，未生成报备包。", "Nothing can be filed as it is; no pack was made."))
    else:
        print(
            say(
                f"已生成 {made.file}（{carrier}，{count} 条），{len(made.filed)} 条已标记为提交；请提交给运营商，收到反馈后用"
                " hongyan registration import 导入。",
                f"{made.file}: {count} registrations for {carrier}, {len(made.filed)} noted as filed. Hand it in, and bring the"
                " answers back with `hongyan registration import`.",
            )
        )
    if made.more:
        print(say("还有更多等待提交的报备，请再次运行。", "More are waiting; run it again."))


def _how_to_say(unsaid: Iterable[tuple[str, str]]) -> str:
    """What goes into the file of HONGYAN_FILING, as it is written there."""
    tables: dict[str, list[str]] = {}
    for table, key in unsaid:
        tables.setdefault(table, []).append(f'    {key} = "{_EXAMPLES[key]}"')
    lines = [line for table, keys in tables.items() for line in (f"    [{table}]", *keys)]
    file = read_settings().filing
    first = (
        say(f"请在 HONGYAN_FILING 指定的文件 {file} 中补充：", f"Add to {file}, the file of HONGYAN_FILING:")
        if file
        else say(
            "平台与码号持有方的名称写在一个 TOML 文件中，由环境变量 HONGYAN_FILING 指定，例如 HONGYAN_FILING=filing.toml：",
            "Write the names of the platform and of the code holder into a TOML file and name it with the environment"
            " variable HONGYAN_FILING, as HONGYAN_FILING=filing.toml:",
        )
    )
    return "\n".join([first, *lines])


def _table(pack: Pack) -> None:
    columns = (
        Column(say("报备编号", "reference"), no_wrap=True),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("授权方", "authorizer"), overflow="fold"),
        Column(say("材料", "papers"), no_wrap=True),
    )
    rows = (
        (each.reference, each.sender, each.sign_name, each.chain.authorizer.name, str(len(each.papers)))
        for each in pack.filings
    )
    Console().print(plain_table(columns, rows))


def _why(left: LeftOut) -> str:
    if left.error is not None:
        return visible(left.error.words(language()))
    parts = []
    if left.missing:
        columns = "、".join(left.missing)
        parts.append(say(f"缺少 {columns}", f"nothing fills {columns}"))
    if left.too_long:
        columns = "、".join(left.too_long)
        parts.append(say(f"内容过长 {columns}", f"too long for {columns}"))
    return say("；", "; ").join(parts)
