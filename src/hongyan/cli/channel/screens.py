"""Channels as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hongyan.carriers.channels import (
    PROTOCOLS,
    ChannelRecord,
    ChannelState,
    ProtocolName,
    default_of,
    fields_of,
    to_json,
    to_texts,
)
from hongyan.carriers.channels.fields import REQUIRED, Field, own_fields, shared_fields
from hongyan.cli.language import say
from hongyan.kernel.clock import beijing
from hongyan.kernel.money import format_amount

STATES = {
    ChannelState.ACTIVE: ("启用", "active"),
    ChannelState.PAUSED: ("暂停", "paused"),
    ChannelState.DRAINING: ("排空中", "draining"),
    ChannelState.REMOVED: ("已移除", "removed"),
}


def state_words(record: ChannelRecord) -> str:
    return say(*STATES[record.state])


def facts(record: ChannelRecord) -> dict[str, Any]:
    """For machines; the password is nowhere."""
    return {
        "id": record.id,
        "name": record.name,
        "protocol": record.protocol,
        "state": record.state.value,
        "version": record.version,
        "changed": beijing(record.changed_ms).isoformat(),
        "settings": to_json(record.settings),
    }


def address(record: ChannelRecord) -> str:
    """`login@host:port`."""
    settings = record.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{settings.login}@{host}:{settings.port}"


def print_list(records: list[ChannelRecord]) -> None:
    """Two lines for each: where and what it is; what it serves, and when it is chosen."""
    table = Table(
        say("通道", "channel"),
        say("协议", "protocol"),
        say("状态", "state"),
        Column(say("地址与接入号", "address and number"), overflow="fold"),
        Column(say("路由", "routing"), overflow="fold"),
        box=box.SIMPLE,
        pad_edge=False,
    )
    for record in records:
        cells = (
            record.name,
            record.protocol.upper(),
            state_words(record),
            f"{address(record)}\n{record.settings.access_number}",
            f"{_serves(record)}\n{_order(record)}",
        )
        table.add_row(*map(Text, cells))
    Console().print(table)


def _serves(record: ChannelRecord) -> str:
    settings = record.settings
    accounts = ",".join(map(str, settings.accounts))
    parts = (
        ",".join(settings.countries),
        ",".join(settings.carriers),
        ",".join(settings.categories),
        say(f"账号 {accounts}", f"accounts {accounts}") if accounts else "",
    )
    return " · ".join(filter(None, parts)) or say("全部", "everything")


def _order(record: ChannelRecord) -> str:
    """Priority, weight and cost, as routing looks at them."""
    settings = record.settings
    order = say(
        f"优先级 {settings.priority}，权重 {settings.weight}",
        f"priority {settings.priority}, weight {settings.weight}",
    )
    return f"{order}{say('，', ', ')}{format_amount(settings.cost)}" if settings.cost else order


def print_channel(record: ChannelRecord) -> None:
    """One channel, a line for each field; what is not as by default stands out."""
    print(
        say(
            f"通道 {record.name}（编号 {record.id}），{record.protocol.upper()}，{state_words(record)}，"
            f"{beijing(record.changed_ms):%Y-%m-%d %H:%M} 第 {record.version} 版",
            f"channel {record.name} (number {record.id}), {record.protocol.upper()}, {state_words(record)},"
            f" version {record.version} of {beijing(record.changed_ms):%Y-%m-%d %H:%M}",
        )
    )
    table = Table.grid(Column(), Column(overflow="fold"), Column(), padding=(0, 2))
    texts = to_texts(record.protocol, record.settings)
    for name, row in fields_of(record.protocol).items():
        usual = default_of(record.protocol, name) == getattr(record.settings, name)
        style = "dim" if usual else "bold"
        table.add_row(Text(name), Text(texts[name] or "-", style), Text(say(row.zh, row.en)))
    table.add_row(Text("password"), Text("******"), Text(say("已加密保存", "sealed")))
    Console().print(table)


def fields_help() -> str:
    """Every field, for `--help`: what it is when left out, what it is, what it may be."""
    lines = [say("字段：", "Fields:"), "", say("所有协议：", "every protocol:")]
    lines += _fields(PROTOCOLS[0], shared_fields())
    for protocol in PROTOCOLS:
        lines += ["", say(f"{protocol}：", f"{protocol}:"), *_fields(protocol, own_fields(protocol))]
    return "\n".join(lines)


_WIDTH = 72


def _fields(protocol: ProtocolName, rows: list[Field]) -> Iterator[str]:
    for row in rows:
        default = default_of(protocol, row.name)
        told = say("（必填）", " (required)") if default is REQUIRED else f"={row.kind.to_text(default)}"
        yield f"  {row.name}{told}"
        for words in (say(row.zh, row.en), say(row.kind.zh, row.kind.en)):
            for line in Text(words).wrap(Console(), _WIDTH):
                yield f"      {line}".rstrip()
