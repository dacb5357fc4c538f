"""Channels as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hongyan.carriers.channels import (
    PROTOCOLS,
    ChannelRecord,
    ChannelState,
    ProtocolName,
    StoredRecord,
    default_of,
    fields_of,
    to_json,
    to_texts,
)
from hongyan.carriers.channels.fields import REQUIRED, Field, own_fields, shared_fields
from hongyan.carriers.faults import Fault
from hongyan.cli.language import language, say
from hongyan.kernel.clock import beijing
from hongyan.kernel.money import format_amount
from hongyan.kernel.visible import visible

STATES = {
    ChannelState.ACTIVE: ("启用", "active"),
    ChannelState.PAUSED: ("暂停", "paused"),
    ChannelState.DRAINING: ("排空中", "draining"),
    ChannelState.REMOVED: ("已移除", "removed"),
}


class Seen(NamedTuple):
    """A channel, and why it does not run as it is configured, if it does not."""

    record: StoredRecord
    fault: Fault | None


def state_words(record: StoredRecord) -> str:
    return say(*STATES[record.state])


def facts(seen: Seen) -> dict[str, Any]:
    """For machines; the password is nowhere."""
    record, fault = seen
    return {
        "id": record.id,
        "name": record.name,
        "protocol": record.protocol,
        "state": record.state.value,
        "version": record.version,
        "changed": beijing(record.changed_ms).isoformat(),
        "settings": to_json(record.settings) if isinstance(record, ChannelRecord) else None,
        "fault": fault and {"reason": fault.code, "detail": fault.detail or None},
    }


def address(record: ChannelRecord) -> str:
    """`login@host:port`."""
    settings = record.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{settings.login}@{host}:{settings.port}"


def _fault_words(fault: Fault) -> str:
    return say("无法按配置运行：", "does not run as configured: ") + visible(fault.words(language()))


def say_fault(seen: Seen) -> None:
    """A warning for whoever has just changed the channel."""
    if seen.fault is None:
        return
    print(say("警告：", "Warning: ") + f"{seen.record.name}{say('：', ': ')}{_fault_words(seen.fault)}")
    if seen.fault.code == _CERTIFICATE:
        print(
            say(
                "该文件须在运行服务的机器上可读，否则链路无法在那里启动；放好之后会自动重试。",
                "The file must be readable where the server runs, or no link starts there; it is tried again once it is there.",
            )
        )


def say_same_account(names: Sequence[str]) -> None:
    """A warning for whoever has just made an account a second channel."""
    if names:
        print(
            say(
                f"警告：{'、'.join(names)} 以同一账号登录同一网关。运营商可从任一链路返回状态报告，而报告只能匹配本通道的短信。"
                "请合为一个通道（connections 可设多条链路），或各用各的账号。",
                f"Warning: others log in as the same account: {', '.join(names)}. Carriers bring reports on the links of any"
                " of them, and a report finds only messages of the channel that brings it: make it one channel (with"
                " several connections), or get an account for each.",
            )
        )


_ADDRESS = 30
"""Columns; a longer address is folded."""


def print_list(all_seen: list[Seen]) -> None:
    """Two lines for each: where and what it is; what it serves, and when it is chosen. A third one for why it does not
    run."""
    longest = max(len(line) for record, _ in all_seen for line in _where_and_routing(record)[0])
    table = Table(
        say("通道", "channel"),
        say("协议", "protocol"),
        say("状态", "state"),
        Column(say("地址与接入号", "address and number"), overflow="fold", no_wrap=longest <= _ADDRESS),
        Column(say("路由", "routing"), overflow="fold"),
        box=box.SIMPLE,
        pad_edge=False,
    )
    for record, fault in all_seen:
        where, routing = _where_and_routing(record)
        told = Text("\n".join(routing))
        if fault is not None:
            told.append("\n" * bool(routing) + _fault_words(fault), "red")
        table.add_row(record.name, record.protocol.upper(), state_words(record), Text("\n".join(where)), told)
    Console().print(table)


def _where_and_routing(record: StoredRecord) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines of two columns; of a record that cannot be read nothing is known."""
    if not isinstance(record, ChannelRecord):
        return ("-",), ()
    return (address(record), record.settings.access_number), (_serves(record), _order(record))


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


def print_channel(seen: Seen) -> None:
    """One channel, a line for each field; what is not as by default stands out."""
    record, fault = seen
    print(
        say(
            f"通道 {record.name}（编号 {record.id}），{record.protocol.upper()}，{state_words(record)}，"
            f"{beijing(record.changed_ms):%Y-%m-%d %H:%M} 第 {record.version} 版",
            f"channel {record.name} (number {record.id}), {record.protocol.upper()}, {state_words(record)},"
            f" version {record.version} of {beijing(record.changed_ms):%Y-%m-%d %H:%M}",
        )
    )
    if fault is not None:
        Console().print(Text(_fault_words(fault), "red"))
    if not isinstance(record, ChannelRecord):
        return
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


_CERTIFICATE = "channel.certificate"
"""A fault that another machine may not have."""
_WIDTH = 72


def _fields(protocol: ProtocolName, rows: list[Field]) -> Iterator[str]:
    for row in rows:
        default = default_of(protocol, row.name)
        told = say("（必填）", " (required)") if default is REQUIRED else f"={row.kind.to_text(default)}"
        yield f"  {row.name}{told}"
        for words in (say(row.zh, row.en), say(row.kind.zh, row.kind.en)):
            for line in Text(words).wrap(Console(), _WIDTH):
                yield f"      {line}".rstrip()
