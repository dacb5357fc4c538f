"""Numbers as people read them, and as programs do."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hongyan.cli.language import language, say
from hongyan.cli.number.looking import Looked
from hongyan.cli.tables import plain_table
from hongyan.cli.words import CATEGORIES
from hongyan.kernel.clock import beijing
from hongyan.kernel.cn_carriers import carrier_row
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.numbers import HOME
from hongyan.messaging.choices import Choice
from hongyan.messaging.ported import PortedNumber
from hongyan.messaging.route import Channel, Reason

_UNKNOWN = ("未知", "unknown")


def carrier_words(carrier: Carrier) -> tuple[str, str]:
    """In Chinese and in English."""
    row = carrier_row(carrier)
    return row.zh, row.en


# -- for programs --------------------------------------------------------------------------------------------


def stored_facts(stored: PortedNumber) -> dict[str, Any]:
    return {
        "carrier": stored.carrier,
        "since": beijing(stored.since_ms).isoformat(),
        "source": stored.source,
    }


def looked_facts(found: Looked) -> dict[str, Any]:
    allocation = found.allocation
    return {
        "number": found.number.e164,
        "country": found.number.country,
        "carrier": found.carrier,
        "prefix": None if allocation is None else allocation._asdict(),
        "ported": None if found.ported is None else stored_facts(found.ported),
        "choices": [_choice_facts(choice) for choice in found.choices],
    }


def _choice_facts(choice: Choice) -> dict[str, Any]:
    route, refused = choice.route, choice.refused
    return {
        "category": choice.category.name.lower(),
        "channel": None if route is None else _channel_facts(route.channel),
        "sender": None if route is None else route.sender,
        "refused": None if refused is None else {"code": refused.code, "reason": refused.words(language())},
        "others": [
            {**_channel_facts(channel), "code": reason.code, "reason": say(reason.zh, reason.en)}
            for channel, reason in choice.others
        ],
    }


def _channel_facts(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.name}


# -- for people ----------------------------------------------------------------------------------------------


def print_looked(found: Looked) -> None:
    """What is known of the number, then which channels it takes; categories that fare alike share a row."""
    grid = Table.grid(Column(), Column(overflow="fold"), padding=(0, 2))
    for label, value in _lines(found):
        grid.add_row(Text(label), Text(value))
    console = Console()
    console.print(grid)
    columns = (
        say("类别", "category"),
        Column(say("通道", "channel"), overflow="fold"),
        Column(say("发送号码", "sender"), overflow="fold"),
        Column(say("其他通道", "other channels"), overflow="fold"),
    )
    rows = (
        (
            "\n".join(say(*CATEGORIES[choice.category]) for choice in alike),
            say("无", "none") if route is None else route.channel.name,
            "" if route is None else route.sender,
            "\n".join(_other(channel, reason) for channel, reason in others),
        )
        for (route, others), alike in groupby(found.choices, lambda choice: (choice.route, choice.others))
    )
    console.print(plain_table(columns, rows))
    for sentence in dict.fromkeys(
        each.refused.words(language()) for each in found.choices if each.refused is not None
    ):
        print(sentence)


def _lines(found: Looked) -> list[tuple[str, str]]:
    number, allocation, ported = found.number, found.allocation, found.ported
    country = number.country or say(*_UNKNOWN)
    lines = [(say("号码", "number"), f"+{number.e164}"), (say("国家/地区", "country"), country)]
    if number.country != HOME:
        return lines
    lines.append((say("运营商", "carrier"), _carrier(found.carrier)))
    if allocation is not None:
        resale = say("，虚拟运营商转售", ", sold by virtual operators") if allocation.resale else ""
        lines.append((say("号段", "prefix"), f"{allocation.prefix} {_carrier(allocation.carrier)}{resale}"))
    if ported is not None:
        words = f"{_carrier(ported.carrier)} · {beijing(ported.since_ms):%Y-%m-%d} · {ported.source}"
        lines.append((say("携号转网", "ported"), words))
    return lines


def _carrier(carrier: Carrier | None) -> str:
    return say(*_UNKNOWN) if carrier is None else say(*carrier_words(carrier))


def _other(channel: Channel, reason: Reason) -> str:
    return say(f"{channel.name}：{reason.zh}", f"{channel.name}: {reason.en}")
