"""`hongyan registration close`: what a carrier's campaign has closed, or whose codes were taken back, many at once."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Literal

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
from hongyan.compliance.registration import NETWORKS, RegistrationEvent, RegistrationFilter
from hongyan.compliance.registration.closing import CLOSED, Closing
from hongyan.identity import Actor


@dataclass(frozen=True, slots=True)
class _Wanted:
    filter: RegistrationFilter
    event: RegistrationEvent
    access_number: str
    everything: bool
    words: str
    yes: bool


def close(
    because: Literal["campaign", "recycled"],
    /,
    *,
    carrier: str,
    account: int = 0,
    signature: str = "",
    number: str = "",
    access_number: str = "",
    all_: Annotated[bool, Parameter(name="--all")] = False,
    words: str = "",
    yes: bool = False,
    json: Json = False,
    data: Data = None,
) -> None:
    """Write down that a carrier has closed registrations, many at once: they lapse. Shows which, and changes nothing without
    --yes. For a list in a sheet: `import --closed`. 批量登记运营商治理或扩展码收回，默认仅预览。

    Parameters
    ----------
    because
        campaign: of the carrier's own; recycled: the extension codes were taken back.
    carrier
        mobile, unicom, telecom or broadnet.
    account
        Only this tenant's.
    signature
        Only of signatures of this name.
    number
        Only under this number (access number and extension code together).
    access_number
        Only behind this access number.
    all_
        Everything that this carrier has accepted. 该运营商的全部报备。
    words
        The carrier's own words, for the history.
    yes
        Do it. 执行。
    """
    wanted = _Wanted(
        RegistrationFilter(
            account_id=account, sign_name=signature, sender=number, network=read_network(carrier)
        ),
        CLOSED[because],
        access_number,
        everything=all_,
        words=words,
        yes=yes,
    )
    found = asyncio.run(_close(data, wanted))
    if json:
        print_json({"dry_run": not yes, "registrations": [_facts(each) for each in found]})
    else:
        _print(found, yes=yes)
    if any(each.refused for each in found):
        sys.exit(REFUSED)


async def _close(data: Data, wanted: _Wanted) -> list[Closing]:
    async with opened(data) as platform:
        if wanted.filter.account_id:
            await platform.identity.account(wanted.filter.account_id)
        closings = platform.filing.closings
        rows = await closings.draft(
            wanted.filter,
            wanted.event,
            access_number=wanted.access_number,
            everything=wanted.everything,
        )
        if not wanted.yes:
            return [Closing(row) for row in rows]
        return await closings.close(rows, wanted.event, wanted.words, Actor(cli_actor()))


def _facts(closing: Closing) -> dict[str, Any]:
    row = closing.registration
    return {
        "registration": row.id,
        "account_id": row.account_id,
        "signature": row.sign_name,
        "network": row.network,
        "sender": row.sender,
        "state": row.state.value,
        "reason": row.reason.value,
        "refused": closing.refused or None,
    }


def _print(found: list[Closing], *, yes: bool) -> None:
    columns = (
        Column(say("签名", "signature"), overflow="fold"),
        Column(say("账号", "account"), no_wrap=True),
        Column(say("运营商", "carrier"), no_wrap=True),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("说明", "remarks"), overflow="fold"),
    )
    rows = (
        (
            *(row.sign_name, str(row.account_id), NETWORKS[row.network].words.words(language()), row.sender),
            each.refused,
        )
        for each in found
        for row in (each.registration,)
    )
    Console().print(plain_table(columns, rows))
    done = sum(not each.refused for each in found)
    if yes:
        print(say(f"{done:,} 条报备已失效。", f"{done:,} registrations have lapsed."))
    else:
        print(
            say(
                f"将失效 {done:,} 条报备；未做更改，加 --yes 执行。",
                f"{done:,} registrations would lapse. Nothing was changed; --yes does it.",
            )
        )
