"""The carrier protocols by the names that people type, and a frame as people and machines look at it.

Each protocol's room has a `meanings` module with its `DIALECTS`; it is imported when its name is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, NamedTuple, Protocol, get_args

from hongyan.kernel.text import Concat
from hongyan.protocols.wire.fields import Field, FixedText, Octets, PduSpec, UInt
from hongyan.protocols.wire.meanings import (
    Meaning,
    Meanings,
    Note,
    StatRow,
    Words,
    content_notes,
    receipt_notes,
)
from hongyan.protocols.wire.reports import ReceiptFields
from hongyan.protocols.wire.tlv import TlvTable
from hongyan.protocols.wire.walk import Fault, Span, left_over, walk, walk_tlvs

DialectName = Literal["cmpp2", "cmpp3", "sgip", "smgp", "smpp34"]
NAMES: tuple[DialectName, ...] = get_args(DialectName)
_ROOMS: Mapping[DialectName, str] = {
    "cmpp2": "cmpp",
    "cmpp3": "cmpp",
    "sgip": "sgip",
    "smgp": "smgp",
    "smpp34": "smpp",
}


class Content(Protocol):
    """What a message carries."""

    @property
    def concat(self) -> Concat | None: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def text(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Messages:
    """How texts and reports are found in PDUs. `content`: fields of which a PDU that carries a text has one. `states`: the
    protocol's words for them. `text_of_report`: the text of a report is worth showing."""

    content: frozenset[str]
    read_content: Callable[[Any], Content]
    user_data_header: Callable[[Any], bytes]
    is_report: Callable[[Any], bool]
    parse_report: Callable[[Any], ReceiptFields]
    states: Sequence[StatRow]
    text_of_report: bool = False

    def receipt(self, pdu: Any) -> ReceiptFields | None:
        """What a delivery report says, None when it is none."""
        return self.parse_report(pdu) if self.is_report(pdu) else None

    def notes(self, pdu: Any) -> list[Note]:
        """The content of a message, and what a report says."""
        report = self.receipt(pdu)
        found = []
        if self.content & pdu.fields.keys() and (report is None or self.text_of_report):
            content = self.read_content(pdu)
            header = self.user_data_header(pdu)
            found = content_notes(header, content.concat, content.text, content.payload)
        return found if report is None else found + receipt_notes(report, self.states)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One protocol in one version.

    `header`: the fields that all frames begin with; the first is the length of the frame, the second its command.
    `specs`: what is known of commands, by command id. `not_read`: names of commands that are known and not read.
    `spec_of`: the layout that a decoded PDU came in, when it is not the one of its command. `decode` gives a PDU or
    something without `name`; `to_json` takes the length of the frame too. `shown_names`: fields that JSON calls
    otherwise than the layout. `commands` and `meanings` are words for people, `messages` says what stands in no single
    field.
    """

    name: DialectName
    title: str
    header: tuple[Field, ...]
    frame_limit: int
    specs: Mapping[int, PduSpec]
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    to_json: Callable[[Any, int], dict[str, Any]]
    from_json: Callable[[Mapping[str, Any]], Any]
    commands: Mapping[str, Words]
    meanings: Meanings
    messages: Messages
    shown_names: Mapping[str, str]
    tlvs: TlvTable | None = None
    not_read: Mapping[int, str] = field(default_factory=dict)
    spec_of: Callable[[Any], PduSpec] | None = None

    @property
    def header_size(self) -> int:
        """Octets of the shortest frame."""
        return sum(each.size if isinstance(each, UInt) else _width(each) for each in self.header)

    def meaning(self, pdu: str | None, name: str) -> Meaning | None:
        """How a field is explained, None when its value speaks for itself."""
        return self.meanings.get(f"{pdu}.{name}") or self.meanings.get(name)


def _width(each: Field) -> int:
    assert isinstance(each, FixedText | Octets)
    return each.width


def dialect(name: DialectName) -> Dialect:
    """The protocol that is called so."""
    found: Mapping[str, Dialect] = import_module(f"hongyan.protocols.{_ROOMS[name]}.meanings").DIALECTS
    return found[name]


class Reading(NamedTuple):
    """One frame, looked at closely.

    `pdu`: its name, None when its command has none. `fields`: as JSON shows them; of a frame that cannot be read, as
    many as can. `spans`: where fields stand, by the names of `fields`. `fault`: why it cannot be read.
    """

    frame: bytes
    pdu: str | None
    fields: dict[str, Any]
    spans: list[Span]
    notes: list[Note]
    fault: Fault | None
    receipt: ReceiptFields | None = None


def read(spoken: Dialect, frame: bytes) -> Reading:
    """One frame; never fails. A frame may be shorter or longer than it says."""
    header, fault = walk(spoken.header, frame, 0)
    if fault is not None:
        return Reading(frame, None, _header_in_json(header), header, [], fault)
    told, command = header[0], header[1]
    wrong_length = None if told.value == len(frame) else _wrong_length(told, len(frame))
    decoded = spoken.decode(frame)
    fields = spoken.to_json(decoded, len(frame))["fields"] | {told.name: told.value}
    if hasattr(decoded, "name"):
        spec = spoken.specs[command.value] if spoken.spec_of is None else spoken.spec_of(decoded)
        body = _walk_body(spoken, spec, frame, header[-1].end)
        spans = header + body.spans + body.tlvs
        return Reading(
            frame,
            spec.name,
            fields,
            spans,
            spoken.messages.notes(decoded),
            wrong_length,
            spoken.messages.receipt(decoded),
        )
    spec_or_none = spoken.specs.get(command.value)
    if spec_or_none is None:
        unknown, name = _unknown(spoken, command), spoken.not_read.get(command.value & _REQUEST)
        return Reading(frame, name, fields, header, [], wrong_length or unknown)
    body = _walk_body(spoken, spec_or_none, frame, header[-1].end)
    fields |= _in_json(body.spans)
    if body.tlvs:
        fields["tlvs"] = _in_json(body.tlvs)
    fault = wrong_length or body.fault or _given_up(decoded)
    return Reading(frame, spec_or_none.name, fields, header + body.spans + body.tlvs, [], fault)


class _Body(NamedTuple):
    spans: list[Span]
    tlvs: list[Span]
    fault: Fault | None


def _walk_body(spoken: Dialect, spec: PduSpec, frame: bytes, at: int) -> _Body:
    if at == len(frame) and spec.empty_body_allowed:
        return _Body([], [], None)
    spans, fault = walk(spec.fields, frame, at)
    end = spans[-1].end if spans else at
    tlvs: list[Span] = []
    if fault is None and spoken.tlvs is not None:
        tlvs, fault = walk_tlvs(spoken.tlvs, frame, end)
    elif fault is None:
        fault = left_over(frame, end)
    named = spoken.shown_names
    return _Body([span._replace(name=named.get(span.name, span.name)) for span in spans], tlvs, fault)


def _in_json(spans: list[Span]) -> dict[str, Any]:
    """Values as far as they could be read."""
    return {span.name: span.value.hex() if isinstance(span.value, bytes) else span.value for span in spans}


def _header_in_json(spans: list[Span]) -> dict[str, Any]:
    """Of a frame that ends in its header; the command as it is shown of every frame."""
    command = {span.name: f"0x{span.value:08x}" for span in spans[1:2]}
    return _in_json(spans) | command


_REQUEST = 0x7FFFFFFF


def _unknown(spoken: Dialect, command: Span) -> Fault:
    name = spoken.not_read.get(command.value & _REQUEST)
    if name is not None:
        words = "is spoken between gateways only and not read", "仅用于网关之间，不解析"
    else:
        words = f"is no command of {spoken.title}", f"不是 {spoken.title} 的命令"
    return Fault(command.name, command.start, *words)


def _wrong_length(told: Span, there: int) -> Fault:
    words = f"is {told.value}, but {there} octets are here", f"为 {told.value}，但实际有 {there} 字节"
    return Fault(told.name, told.start, *words)


def _given_up(decoded: Any) -> Fault:
    """For a decoder that is stricter than its tables."""
    reason = str(decoded.reason)
    return Fault("", 0, reason, reason)


def readable_by(frame: bytes, but: DialectName) -> Iterator[Dialect]:
    """Other protocols that can read a frame."""
    for name in NAMES:
        other = dialect(name)
        if (
            name != but
            and other.header_size <= len(frame) <= other.frame_limit
            and read(other, frame).fault is None
        ):
            yield other
