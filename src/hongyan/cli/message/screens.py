"""Messages as people read them, and as programs do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hongyan.carriers.codes import ANSWERED, REPORTED, Actor, CodeRow, explain_first, words
from hongyan.cli.language import language, say
from hongyan.cli.message.tracing import Trace
from hongyan.cli.tables import plain_table
from hongyan.cli.words import CATEGORIES
from hongyan.kernel.clock import Millis, beijing
from hongyan.kernel.money import format_amount
from hongyan.kernel.numbers import mask
from hongyan.kernel.visible import visible
from hongyan.messaging.considered import Considered, considered
from hongyan.messaging.model import Category, MessageView, PartView
from hongyan.messaging.states import MessageState
from hongyan.messaging.timeline import FINAL, Step, StepKind, timeline
from hongyan.server.channels import ChannelName
from hongyan.storage.port import (
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    PART_SUBMITTED,
)

_OUTCOMES = {
    PART_SUBMITTED: ("submitted", "已提交", "submitted"),
    PART_REFUSED: ("refused", "运营商拒绝", "refused"),
    PART_RETRY: ("retry", "稍后重试", "to be retried"),
    PART_EXPIRED: ("expired", "已过期", "expired"),
    PART_ELSEWHERE: ("elsewhere", "运营商拒绝，可改道发送", "refused, may go elsewhere"),
}
"""Of a submitted part: for programs, in Chinese, in English."""
_STEPS = {
    StepKind.ACCEPTED: ("已受理", "accepted"),
    StepKind.SUBMITTED: ("提交运营商", "to the carrier"),
    StepKind.RECEIPT: ("状态报告", "receipt"),
    StepKind.DONE: ("结束", "ended"),
}
_HINT = "hongyan message show"


def _number(message: MessageView, *, whole: bool) -> str:
    return message.number if whole else mask(message.number)


def _content(message: MessageView, *, whole: bool) -> str:
    return message.content if whole else message.shown_content


def _meaning(step: Step, names: Mapping[int, ChannelName]) -> CodeRow | None:
    if not step.code:
        return None
    known = names.get(step.part.channel_id) if step.part is not None else None
    phases = REPORTED if step.kind is StepKind.RECEIPT else ANSWERED
    return explain_first(step.code, known.protocol if known is not None else None, phases).row


# -- for programs --------------------------------------------------------------------------------------------


def facts(trace: Trace, *, whole: bool) -> dict[str, Any]:
    """One message. Times in Beijing, `price` in 1/10,000 yuan."""
    message, names = trace.message, trace.names
    return {
        "id": message.id,
        "biz_id": f"{message.biz_id}^0",
        "account_id": message.account_id,
        "number": _number(message, whole=whole),
        "content": _content(message, whole=whole),
        "masked": not whole,
        "sign_name": message.sign_name,
        "template_code": message.template_code,
        "category": Category(message.category).name.lower(),
        "segments": message.segments,
        "price": message.price,
        "out_id": message.out_id,
        "request_id": message.request_id,
        "state": message.state,
        "final": message.state in FINAL,
        "code": message.receipt_code or None,
        "uncertain": message.uncertain,
        "channel": _channel_facts(message.channel_id, names),
        "sender": message.access_number,
        "passed_over": [
            {
                **_channel_facts(channel_id, names),
                "code": reason.code,
                "reason": reason.words(language()),
            }
            for channel_id, reason in message.passed_over
        ],
        "steps": [_step_facts(step, message, names) for step in timeline(message, trace.parts)],
    }


def _channel_facts(channel_id: int, names: Mapping[int, ChannelName]) -> dict[str, Any]:
    known = names.get(channel_id)
    name, protocol = (None, None) if known is None else known
    return {"id": channel_id, "name": name, "protocol": protocol}


def _step_facts(step: Step, message: MessageView, names: Mapping[int, ChannelName]) -> dict[str, Any]:
    part = step.part
    return {
        "step": step.kind.value,
        "at": beijing(step.at_ms).isoformat(timespec="milliseconds"),
        "after_ms": step.at_ms - message.accepted_ms,
        **(_part_facts(part, names) if part is not None else {}),
        **(_answer_facts(part) if part is not None and step.kind is StepKind.SUBMITTED else {}),
        "code": step.code or None,
        "meaning": _meaning_facts(_meaning(step, names)),
    }


def _part_facts(part: PartView, names: Mapping[int, ChannelName]) -> dict[str, Any]:
    return {
        "part": part.part,
        "parts": part.parts,
        "attempt": part.attempt,
        "channel": _channel_facts(part.channel_id, names),
        "carrier_id": part.carrier_id or None,
    }


def _answer_facts(part: PartView) -> dict[str, Any]:
    return {"outcome": _OUTCOMES[part.outcome][0], "status": part.status}


def _meaning_facts(row: CodeRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    tongue = language()
    return {
        "class": row.code_class.value,
        "cause": row.cause(tongue),
        "who": row.who.value,
        "advice": row.advice(tongue),
    }


# -- for people ----------------------------------------------------------------------------------------------


def print_trace(trace: Trace, *, whole: bool) -> None:
    """One message: what it is, which way it went, what happened to it."""
    message, console = trace.message, Console()
    sheet = Table.grid(Column(style="bold", no_wrap=True), Column(overflow="fold"), padding=(0, 2))
    for label, value in _lines(message, whole=whole):
        sheet.add_row(Text(label), Text(visible(value)))
    console.print(sheet)
    console.print(_route(trace))
    console.print(_timeline(trace))
    if message.uncertain:
        print(
            say(
                f"有 {message.uncertain} 次提交未收到应答并已重新提交，收件人可能收到两次或更多次。",
                f"{message.uncertain} × submitted again for want of an answer: the text may arrive more than once.",
            )
        )


def _lines(message: MessageView, *, whole: bool) -> Iterator[tuple[str, str]]:
    yield say("短信 ID", "message"), str(message.id)
    yield "BizId", f"{message.biz_id}^0"
    yield say("状态", "state"), _state(message)
    yield say("号码", "number"), _number(message, whole=whole)
    yield say("内容", "text"), _content(message, whole=whole)
    kind = say(*CATEGORIES[Category(message.category)])
    yield say("模板", "template"), f"{message.template_code} · {kind}"
    yield say("计费条数", "segments"), f"{message.segments} · {format_amount(message.price)}"
    yield say("账号", "account"), str(message.account_id)
    yield "RequestId", message.request_id
    if message.out_id:
        yield "OutId", message.out_id


def _state(message: MessageView) -> str:
    return words(MessageState(message.state), language())


def _channel(channel_id: int, names: Mapping[int, ChannelName]) -> str:
    known = names.get(channel_id)
    return str(channel_id) if known is None else f"{known.name} {known.protocol.upper()}"


def _route(trace: Trace) -> Table:
    columns = (
        Column(say("通道", "channel"), no_wrap=True),
        Column(say("选路", "route"), overflow="fold"),
    )
    rows = (
        (
            Text(_channel(each.channel_id, trace.names), "bold" if each.chosen else ""),
            "\n".join(_decision(each, trace.message)),
        )
        for each in considered(trace.message)
    )
    return plain_table(columns, rows)


def _decision(each: Considered, message: MessageView) -> Iterator[str]:
    sender = message.access_number
    if each.chosen:
        yield say(f"已选用，发送号码 {sender}", f"chosen, source number {sender}")
    for reason in each.reasons:
        told = reason.words(language())
        yield say(f"起初未选用：{told}", f"passed over at first: {told}") if each.chosen else told


def _timeline(trace: Trace) -> Table:
    columns = (
        Column(say("北京时间", "Beijing time"), no_wrap=True),
        Column("", justify="right", no_wrap=True),
        Column(say("步骤", "step"), no_wrap=True),
        Column(say("详情", "details"), overflow="fold"),
    )
    message = trace.message
    rows = (
        (
            f"{beijing(step.at_ms):%m-%d %H:%M:%S.%f}"[:-3],
            _after(step.at_ms - message.accepted_ms),
            _step(step),
            _details(step, trace),
        )
        for step in timeline(message, trace.parts)
    )
    return plain_table(columns, rows)


def _after(ms: Millis) -> str:
    return f"+{ms / 1000:,.3f} s" if ms else ""


def _step(step: Step) -> str:
    part = step.part
    what = say(*_STEPS[step.kind])
    return f"{what} {part.part}/{part.parts}" if part is not None and part.parts > 1 else what


def _details(step: Step, trace: Trace) -> str:
    lines = []
    if step.kind is StepKind.DONE:
        lines.append(_state(trace.message))
    if step.kind is StepKind.SUBMITTED and step.part is not None:
        lines.append(" · ".join(_attempt(step.part, trace.names)))
    row = _meaning(step, trace.names)
    if row is not None:
        tongue = language()
        lines.append(f"{visible(step.code)} {row.cause(tongue)}")
        if row.who is not Actor.NOBODY:
            lines.append(f"{words(row.who, tongue)}{say('：', ': ')}{row.advice(tongue)}")
    return "\n".join(lines)


def _attempt(part: PartView, names: Mapping[int, ChannelName]) -> Iterator[str]:
    yield _channel(part.channel_id, names)
    yield say(f"第 {part.attempt} 次", f"attempt {part.attempt}")
    if part.outcome != PART_SUBMITTED:
        _, zh, en = _OUTCOMES[part.outcome]
        yield say(zh, en)
    if part.status:
        yield say(f"应答码 {part.status}", f"status {part.status}")
    if part.carrier_id:
        yield say(f"运营商消息 ID {visible(part.carrier_id)}", f"carrier id {visible(part.carrier_id)}")


def print_request(traces: list[Trace], *, whole: bool) -> None:
    """All messages of a request in short."""
    columns = (
        Column(say("短信 ID", "message"), no_wrap=True),
        Column(say("号码", "number"), no_wrap=True),
        Column(say("通道", "channel"), no_wrap=True),
        Column(say("状态", "state"), overflow="fold"),
        Column(say("代码", "code"), overflow="fold"),
    )
    rows = (
        (
            str(trace.message.id),
            _number(trace.message, whole=whole),
            _channel(trace.message.channel_id, trace.names),
            _state(trace.message),
            visible(trace.message.receipt_code),
        )
        for trace in traces
    )
    Console().print(plain_table(columns, rows))
    print(
        say(
            f"该请求共 {len(traces)} 条短信；查看其中一条：{_HINT} 短信ID",
            f"{len(traces)} messages of one request; one of them: {_HINT} MESSAGE",
        )
    )
