"""Links as people read them: one table."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.table import Column, Table
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

_BAR_CELLS = 8
_MOST_ERRORS = 3
_FULL, _BUSY = 1.0, 0.75


def screen(seen: Look, hint: str = "") -> RenderableType:
    """The whole picture; `hint` stands behind the headline."""
    if not seen.channels:
        return Group(_headline(seen, hint), Text(say("没有运行中的通道。", "No channel runs.")))
    return Group(_headline(seen, hint), _table(seen))


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


def _table(seen: Look) -> Table:
    rates = seen.seconds is not None
    table = Table(
        Column(say("通道", "channel"), no_wrap=True),
        Column(say("协议", "protocol"), no_wrap=True),
        Column(say("链路", "link"), justify="right", no_wrap=True),
        Column(say("状态", "state"), no_wrap=True),
        Column(say("持续", "for"), justify="right", no_wrap=True),
        Column(say("窗口", "window"), no_wrap=True),
        box=box.SIMPLE,
        padding=(0, 1, 0, 0),
    )
    if rates:
        table.add_column(say("提交/秒", "submits/s"), justify="right", no_wrap=True)
        table.add_column(say("应答", "answer"), justify="right", no_wrap=True)
    table.add_column(say("等待", "waiting"), justify="right", no_wrap=True)
    table.add_column(say("问题", "trouble"), overflow="fold")
    for channel in seen.channels:
        _add_channel(table, channel, seen.at_ms, rates=rates)
    return table


def _add_channel(table: Table, channel: ChannelLook, now_ms: Millis, *, rates: bool) -> None:
    paused = "" if channel.submits else say("（暂停）", " (paused)")
    names = [Text(channel.name + paused), Text(channel.protocol, "dim")]
    waiting = _waiting(channel)
    for link in channel.links:
        flow = _flow_cells(link.flow) if rates else []
        table.add_row(
            *names,
            Text(link.name),
            _state(link),
            Text(_duration(now_ms - link.since_ms)),
            _window(link),
            *flow,
            waiting,
            _trouble(link),
        )
        names, waiting = [Text(""), Text("")], Text("")
    if channel.fault is not None:
        cells = [Text("")] * (2 if rates else 0)
        state = Text(say(*FAULTY), "bold red")
        trouble = Text(visible(channel.fault.words(language())), "red")
        table.add_row(*names, Text(""), state, Text(""), Text("-", "dim"), *cells, waiting, trouble)
        names = [Text(""), Text("")]
    if channel.listener is not None:
        cells = [Text("")] * (3 if rates else 1)
        table.add_row(
            *names, Text("←"), *_listener_cells(channel.listener), *cells, _mix(channel.listener.refused)
        )


def _listener_cells(listener: ListenerLook) -> list[Text]:
    """State, since, window of the row that says who has dialled us."""
    state = say(f"监听，{listener.bound} 已登录", f"listening, {listener.bound} logged in")
    if listener.waiting:
        state += say(f"，{listener.waiting} 未登录", f", {listener.waiting} not")
    return [Text(state, "green" if listener.bound else "dim"), Text(""), Text("")]


def _state(link: LinkLook) -> Text:
    zh, en, style = STATES.get(link.state, (link.state, link.state, ""))
    return Text(say(zh, en), style)


def _window(link: LinkLook) -> Text:
    """How full it is, as a bar and in figures."""
    if not link.window:
        receives = link.state == "bound"
        return Text(say("只收", "receives only") if receives else "-", "dim")
    share = min(link.used / link.window, 1.0)
    cells = int(share * _BAR_CELLS) or (1 if link.used else 0)
    style = "red" if share >= _FULL else "yellow" if share >= _BUSY else "green"
    return Text.assemble(
        ("█" * cells, style), ("░" * (_BAR_CELLS - cells), "dim"), f" {link.used}/{link.window}"
    )


def _flow_cells(flow: Flow | None) -> list[Text]:
    """Submits a second, time to the answer."""
    if flow is None:
        return [Text("-", "dim")] * 2
    answer = (
        f"{flow.answer_ms:.{0 if flow.answer_ms >= 10 else 1}f} ms" if flow.answer_ms is not None else "-"
    )
    return [Text(_rate(flow.submits)), Text(answer)]


def _waiting(channel: ChannelLook) -> Text:
    """All parts, then those of each lane that has some, and those that wait for their next try."""
    names = {"codes": ("验证码", "codes"), "notices": ("通知", "notices"), "marketing": ("营销", "marketing")}
    parts = {lane: count for lane, count in channel.waiting.items() if count}
    words = [f"{say(*names.get(lane, (lane, lane)))} {count}" for lane, count in parts.items()]
    if channel.kept:
        words.append(say(f"待重试 {channel.kept}", f"later {channel.kept}"))
    return Text(", ".join(words) or "0", "" if words else "dim")


def _trouble(link: LinkLook) -> Text:
    if link.state != "bound" and link.reason:
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
