"""Field by field through a frame, with offsets: for eyes, and for frames that a reader gave up on.

Follows the same field lists as the generated readers and agrees with them about what can be read; it is slower and
says where and why it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hongyan.protocols.wire.fields import (
    Blob,
    Choice,
    CString,
    Field,
    FixedText,
    Octets,
    Repeated,
    UInt,
)
from hongyan.protocols.wire.tlv import TLV_HEAD_SIZE, TlvTable


class Span(NamedTuple):
    """One field and where it stands: octets `start` to `end` of the frame."""

    name: str
    start: int
    end: int
    value: Any


class Fault(NamedTuple):
    """Where the reading stopped, and why. `field`: "" after the last field."""

    field: str
    offset: int
    en: str
    zh: str


class _StopError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.en)
        self.fault = fault


def walk(fields: Sequence[Field], frame: bytes, at: int) -> tuple[list[Span], Fault | None]:
    """The fields that can be read from `at` on, and what stopped the reading; nothing when all were read."""
    spans: list[Span] = []
    try:
        _walk(fields, frame, at, spans, "")
    except _StopError as stop:
        return spans, stop.fault
    return spans, None


def left_over(frame: bytes, at: int) -> Fault | None:
    """What is wrong with octets from `at` on, where nothing may follow."""
    more = len(frame) - at
    if not more:
        return None
    return Fault("", at, f"{more} octets after the last field", f"最后一个字段之后还有 {more} 个字节")


def walk_tlvs(table: TlvTable, frame: bytes, at: int) -> tuple[list[Span], Fault | None]:
    """The optional parameters from `at` to the end, by name; an unknown one as "0x1400"."""
    spans: list[Span] = []
    while at < len(frame):
        if len(frame) - at < TLV_HEAD_SIZE:
            return spans, left_over(frame, at)
        tag, length = (int.from_bytes(frame[at + first : at + first + 2], "big") for first in (0, 2))
        name = table.name_of(tag)
        end = at + TLV_HEAD_SIZE + length
        if end > len(frame):
            there = len(frame) - at - TLV_HEAD_SIZE
            words = f"says it has {length} octets, {there} are left", f"声明 {length} 个字节，只剩 {there} 个"
            return spans, Fault(name, at, *words)
        ((name, value),) = table.read(frame[at:end], 0).items()
        spans.append(Span(name, at, end, value))
        at = end
    return spans, None


def _walk(fields: Sequence[Field], frame: bytes, at: int, spans: list[Span], prefix: str) -> int:
    values: dict[str, Any] = {}
    for each in fields:
        name = prefix + each.name
        value, end = _one(each, frame, at, name, values)
        values[each.name] = value
        spans.append(Span(name, at, end, value))
        at = end
    return at


def _one(each: Field, frame: bytes, at: int, name: str, values: Mapping[str, Any]) -> tuple[Any, int]:
    """The value of one field and the offset after it. `values`: of the fields before, which have its length or count."""
    match each:
        case UInt():
            end = _end(frame, at, each.size, name)
            return int.from_bytes(frame[at:end], "big"), end
        case FixedText():
            end = _end(frame, at, each.width, name)
            return frame[at:end].partition(b"\0")[0].rstrip(b" ").decode("latin-1"), end
        case Octets():
            end = _end(frame, at, each.width, name)
            return frame[at:end], end
        case CString():
            nul = frame.find(0, at)
            if nul < 0:
                raise _StopError(Fault(name, at, "has no NUL at its end", "缺少结尾的 NUL"))
            return frame[at:nul].decode("latin-1"), nul + 1
        case Blob():
            end = _end(frame, at, values[each.length], name)
            return frame[at:end], end
        case Repeated():
            items = []
            for position in range(values[each.count]):
                item, at = _item(each.item, frame, at, f"{name}[{position}]")
                items.append(item)
            return items, at


def _item(layout: Field | tuple[Field, ...] | Choice, frame: bytes, at: int, name: str) -> tuple[Any, int]:
    if isinstance(layout, tuple):
        inner: list[Span] = []
        end = _walk(layout, frame, at, inner, name + ".")
        return {span.name.removeprefix(name + "."): span.value for span in inner}, end
    if not isinstance(layout, Choice):
        return _one(layout, frame, at, name, {})
    flag_name = f"{name}.{layout.flag}"
    end = _end(frame, at, 1, flag_name)
    flag = frame[at]
    if flag not in layout.layouts:
        known = sorted(layout.layouts)
        raise _StopError(
            Fault(flag_name, at, f"is {flag}, not one of {known}", f"为 {flag}，应为 {known} 之一")
        )
    value, end = _item(layout.layouts[flag], frame, end, name)
    return {layout.flag: flag, **value}, end


def _end(frame: bytes, at: int, size: int, name: str) -> int:
    end = at + size
    if end > len(frame):
        there = len(frame) - at
        raise _StopError(
            Fault(
                name,
                at,
                f"needs {size} octets, {there} are left"
                if there
                else f"needs {size} octets, the frame ends before it",
                f"需要 {size} 个字节，只剩 {there} 个",
            )
        )
    return end
