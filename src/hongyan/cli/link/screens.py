"""Links as people read them: one table, and on narrow paper the troubles below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from hongyan.carriers.endings import because
from hongyan.cli.language import language, say
from hongyan.cli.link.looks import ChannelLook, Flow, LinkLook, ListenerLook, Look
from hongyan.kernel.clock import Millis, beijing
from hongyan.kernel.visible import visible

STATES = {
    "bound": ("● 已连接", "● bound", "green"),
    "connecting": ("◌ 连接中", "◌ connecting", "yellow"),
    "down": ("○ 断开", "○ down", "red"),
    "refused": ("× 登录被拒，不再重试", "× refused, given up", "bold red"),
    "stopped": ("○ 已停止", "○ stopped", "dim"),
}
"""By the label of hongyan_link_state."""

FAULTY = ("× 未按配置运行", "× not as configured")
"""Of a channel."""

_COLUMNS: Mapping[str, tuple[str, str, Literal["left", "right"]]] = {
    "channel": ("通道", "channel", "left"),
    "protocol": ("协议", "protocol", "left"),
    "link": ("链路", "link", "right"),
    "state": ("状态", "state", "left"),
    "since": ("持续", "for", "right"),
    "bar": ("窗口", "window", "left"),
    "window": ("窗口", "window", "right"),
    "submits": ("提交/秒", "submits/s", "right"),
    "answer": ("应答", "answer", "right"),
    "lanes": ("等待", "waiting", "right"),
    "waiting": ("等待", "waiting", "right"),
    "trouble": ("问题", "trouble", "left"),
}
_RATES = frozenset({"submits", "answer"})
"""Columns that need two looks."""
_WIDE = ("channel", "protocol", "link", "state", "since", "bar", "submits", "answer", "lanes", "trouble")
_NARROW = ("channel", "link", "state", "since", "window", "submits", "answer", "waiting")
_SHORTENED = frozenset({"channel", "state"})
"""What is cut off where there is no room for it; everything else stays whole."""
_LEAST_LEFT = 8
"""Cells of it."""
_LEAST_TROUBLE = 30
"""Cells that words about a trouble must have beside the other columns; with less they stand below."""
_UNBOUNDED = 10_000

_BAR_CELLS = 8
_MOST_ERRORS = 3
_FULL, _BUSY = 1.0, 0.75


def screen(seen: Look, hint: str = "") -> RenderableType:
    """The whole picture; `hint` stands behind the headline."""
    if not seen.channels:
        return Group(_headline(seen, hint), Text(say("没有运行中的通道。", "No channel runs.")))
    return Group(_headline(seen, hint), _Links(seen))


def _headline(seen: Look, hint: str) -> Text:
    words = [seen.url, f"{beijing(seen.at_ms):%H:%M:%S}"]
    if seen.seconds is not None:
        flows = [link.flow for channel in seen.channels for link in channel.links if link.flow is not None]
        arrivals = [channel.arrivals for channel in seen.channels if channel.arrivals is not None]
        submits, reports, texts = (
            _rate(sum(flow.submits for flow in flows)),
            *(_rate(sum(each[kind] for each in arrivals)) for kind in ("report", "text")),
        )
        words.append(
            say(
                f"最近 {seen.seconds:.1f} 秒：提交 {submits}/秒，状态报告 {reports}/秒，上行 {texts}/秒",
                f"last {seen.seconds:.1f} s: {submits} submits/s, {reports} reports/s, {texts} texts/s",
            )
        )
    return Text("  ".join([*words, hint] if hint else words), "bold")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table. `channel`, `link`: of whom it speaks, also where the cells do not repeat it."""

    channel: str
    link: str
    cells: Mapping[str, Text]
    is_listener: bool = False

    def cell(self, column: str) -> Text:
        found = self.cells.get(column, Text(""))
        if column in _SHORTENED:
            found.no_wrap, found.overflow = True, "ellipsis"
        return found


class _Links:
    """All links, as the paper has room for them."""

    def __init__(self, seen: Look) -> None:
        self._rates = seen.seconds is not None
        self._rows = [row for channel in seen.channels for row in _rows(channel, seen.at_ms)]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rest = self._table(_WIDE[:-1], self._rows)
        needed = Measurement.get(console, options.update(max_width=_UNBOUNDED), rest).maximum
        longest = max((row.cell("trouble").cell_len for row in self._rows), default=0)
        if needed + min(longest, _LEAST_TROUBLE) < options.max_width:
            yield self._table(_WIDE, self._rows)
            return
        yield self._table(_NARROW, [row for row in self._rows if not row.is_listener])
        for row in self._rows:
            words = [row.cell("state")] if row.is_listener else []
            words += [row.cell("trouble")] if row.cell("trouble") else []
            if words:
                yield Text.assemble(f" {row.channel} {row.link}  ", Text(", ").join(words))

    def _table(self, columns: tuple[str, ...], rows: list[_Row]) -> Table:
        shown = [name for name in columns if self._rates or name not in _RATES]
        table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
        for name in shown:
            zh, en, justify = _COLUMNS[name]
            shortened = columns is _NARROW and name in _SHORTENED
            table.add_column(
                say(zh, en),
                justify=justify,
                no_wrap=name != "trouble" and not shortened,
                overflow="fold",
                min_width=_LEAST_LEFT if shortened else None,
            )
        for row in rows:
            table.add_row(*map(row.cell, shown))
        return table


def _rows(channel: ChannelLook, now_ms: Millis) -> list[_Row]:
    """A line for each link, one for what keeps the channel from running, and one for who dials us."""
    lines = [(link.name, _link_cells(link, now_ms), False) for link in channel.links]
    if channel.fault is not None:
        fault = {
            "state": Text(say(*FAULTY), "bold red"),
            "bar": Text("-", "dim"),
            "window": Text("-", "dim"),
            "trouble": Text(visible(channel.fault.words(language())), "red"),
        }
        lines.append(("", fault, False))
    paused = "" if channel.submits else say("（暂停）", " (paused)")
    whole = {
        "channel": Text(channel.name + paused),
        "protocol": Text(channel.protocol, "dim"),
        "lanes": _lanes(channel),
        "waiting": _waiting(channel),
    }
    if channel.listener is not None:
        lines.append(("←", _listener_cells(channel.listener), True))
    return [
        _Row(channel.name, name, (whole if not number else {}) | {"link": Text(name)} | cells, is_listener)
        for number, (name, cells, is_listener) in enumerate(lines)
    ]


def _link_cells(link: LinkLook, now_ms: Millis) -> dict[str, Text]:
    return {
        "state": _state(link),
        "since": Text(_duration(now_ms - link.since_ms)),
        "bar": _window(link, _BAR_CELLS),
        "window": _window(link, 0),
        **_flow_cells(link.flow),
        "trouble": _trouble(link),
    }


def _listener_cells(listener: ListenerLook) -> dict[str, Text]:
    """Who has dialled us, and who was turned away."""
    state = say(f"监听，{listener.bound} 已登录", f"listening, {listener.bound} logged in")
    if listener.waiting:
        state += say(f"，{listener.waiting} 未登录", f", {listener.waiting} not")
    return {
        "state": Text(state, "green" if listener.bound else "dim"),
        "trouble": _mix(listener.refused),
    }


def _state(link: LinkLook) -> Text:
    zh, en, style = STATES.get(link.state, (link.state, link.state, ""))
    return Text(say(zh, en), style)


def _window(link: LinkLook, bar: int) -> Text:
    """How full it is, as a bar of so many cells and in figures."""
    if not link.window:
        receives = link.state == "bound"
        return Text(say("只收", "receives only") if receives else "-", "dim")
    share = min(link.used / link.window, 1.0)
    cells = int(share * bar) or (1 if link.used and bar else 0)
    style = "red" if share >= _FULL else "yellow" if share >= _BUSY else "green"
    figures = f"{link.used}/{link.window}"
    if not bar:
        return Text(figures, style)
    return Text.assemble(("█" * cells, style), ("░" * (bar - cells), "dim"), f" {figures}")


def _flow_cells(flow: Flow | None) -> dict[str, Text]:
    """Submits a second, time to the answer."""
    if flow is None:
        return {name: Text("-", "dim") for name in _RATES}
    answer = (
        f"{flow.answer_ms:.{0 if flow.answer_ms >= 10 else 1}f} ms" if flow.answer_ms is not None else "-"
    )
    return {"submits": Text(_rate(flow.submits)), "answer": Text(answer)}


def _lanes(channel: ChannelLook) -> Text:
    """Parts of each lane that has some, and those that wait for their next try."""
    names = {"codes": ("验证码", "codes"), "notices": ("通知", "notices"), "marketing": ("营销", "marketing")}
    parts = {lane: count for lane, count in channel.waiting.items() if count}
    words = [f"{say(*names.get(lane, (lane, lane)))} {count}" for lane, count in parts.items()]
    if channel.kept:
        words.append(say(f"待重试 {channel.kept}", f"later {channel.kept}"))
    return Text(", ".join(words) or "0", "" if words else "dim")


def _waiting(channel: ChannelLook) -> Text:
    """All parts."""
    parts = sum(channel.waiting.values()) + channel.kept
    return Text(f"{parts:,}", "" if parts else "dim")


def _trouble(link: LinkLook) -> Text:
    if link.reason:
        return Text(visible(because(link.reason, link.detail, language())), "red")
    flow = link.flow
    if flow is None:
        return Text("")
    lost = {say("无应答", "no answer"): flow.lost} if flow.lost else {}
    return _mix({**flow.errors, **lost})


def _mix(counts: Mapping[str, int]) -> Text:
    """`word ×count`, the most frequent first."""
    words = [
        f"{visible(because(word, '', language()))} ×{count}"
        for word, count in [*counts.items()][:_MOST_ERRORS]
    ]
    rest = sum([*counts.values()][_MOST_ERRORS:])
    if rest:
        words.append(say(f"其他 ×{rest}", f"others ×{rest}"))
    return Text(", ".join(words), "yellow")


def _rate(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def _duration(milliseconds: Millis) -> str:
    """The two largest units."""
    seconds = max(milliseconds, 0) // 1000
    for size, unit, smaller, small in (
        (86_400, say("天", "d"), 3_600, say("时", "h")),
        (3_600, say("时", "h"), 60, say("分", "m")),
        (60, say("分", "m"), 1, say("秒", "s")),
    ):
        if seconds >= size:
            return f"{seconds // size}{unit}{seconds % size // smaller:02d}{small}"
    return f"{seconds}{say('秒', 's')}"
