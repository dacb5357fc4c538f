"""What values of fields mean, in words for people: the pieces from which each protocol's tables of meanings are made.

A meaning is asked for values as JSON shows them and never fails; None says that a value speaks for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from hongyan.kernel.text import Concat
from hongyan.protocols.wire.reports import ReceiptFields
from hongyan.protocols.wire.statuses import Status


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str


class Note(NamedTuple):
    """Something that stands in no single field: a text, a part's place, a report."""

    label: Words
    words: Words


Meaning = Callable[[Any], Words | None]
Meanings = Mapping[str, Meaning]
"""Field -> meaning. A key "pdu.field" goes before "field"."""


def plain(text: str) -> Words:
    """What needs no translation."""
    return Words(text, text)


def choices(rows: Mapping[Any, tuple[str, str]]) -> Meaning:
    """One of several values."""
    words = {value: Words(*pair) for value, pair in rows.items()}
    return lambda value: words.get(value, NOT_DEFINED)


def commands(
    requests: Mapping[str, tuple[str, str]], *, answer: str = "_RESP", unanswered: Collection[str] = ()
) -> dict[str, Words]:
    """Requests and their answers, by name. `answer`: what the name of an answer ends with."""
    words = {name: Words(*pair) for name, pair in requests.items()}
    answers = {
        name + answer: Words(f"answer: {en}", f"应答：{zh}")
        for name, (en, zh) in requests.items()
        if name not in unanswered
    }
    return words | answers


NOT_DEFINED = Words("not defined by the document", "协议未定义该值")
YES_NO = choices({0: ("no", "否"), 1: ("yes", "是")})
UDHI = choices(
    {
        0: ("content without user data header", "内容不含用户数据头"),
        1: ("content begins with a user data header", "内容以用户数据头开始"),
    }
)


CONTENT_CODING = choices(
    {
        0: ("ASCII", "ASCII"),
        3: ("written to the card", "写卡"),
        4: ("binary", "二进制"),
        8: ("UCS-2", "UCS-2"),
        15: ("GBK, GB18030", "GBK（GB18030）"),
        16: ("ASCII, flash", "ASCII，闪信"),
        24: ("UCS-2, flash", "UCS-2，闪信"),
        246: ("for the SIM card", "SIM 卡"),
    }
)
"""Msg_Fmt, MessageCoding and MsgFormat of CMPP, SGIP and SMGP; the flash codings from practice (TS 23.038)."""


NUMBER_TYPE = choices({0: ("real number", "真实号码"), 1: ("pseudo code", "伪码")})
QUERY_TYPE = choices({0: ("totals", "总数"), 1: ("by service", "按业务")})
REPORT_OR_MESSAGE = choices({0: ("message from a handset", "上行短信"), 1: ("delivery report", "状态报告")})
"""Of what carriers deliver; CMPP and SMGP have the same fields for it, under other names."""


def gateway_id(moment: str, gateway: int | str, sequence: int | str) -> Words:
    """A message's id that a gateway has made of the time, its own number and a counter, as CMPP and SMGP have it."""
    return Words(
        f"{moment}, gateway {gateway}, number {sequence}", f"{moment}，网关 {gateway}，序号 {sequence}"
    )


def status(row_of: Callable[[int], Status]) -> Meaning:
    """The row of a status code, in words."""

    def meaning(code: Any) -> Words:
        row = row_of(code)
        return Words(row.en, row.zh)

    return meaning


# -- times ---------------------------------------------------------------------------------------------------

_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\d(\d\d)([+R-])").fullmatch
_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?").fullmatch
_QUARTERS_IN_HOUR = 4
_UNITS = (
    ("year", "年"),
    ("month", "个月"),
    ("day", "天"),
    ("hour", "小时"),
    ("minute", "分钟"),
    ("second", "秒"),
)
NO_TIME = Words("not a time of this protocol", "不是该协议的时间格式")


def message_time(empty: Words) -> Meaning:
    """A time of 16 characters, absolute or relative, as all these protocols write validity and schedule (SMPP 3.4,
    7.1.1). `empty`: what no time means."""

    def meaning(text: Any) -> Words | None:
        if not text:
            return empty
        found = _TIME(text)
        if found is None:
            return NO_TIME
        if found[8] == "R":
            return _span(found.groups()[:6])
        hours, quarters = divmod(int(found[7]), _QUARTERS_IN_HOUR)
        return plain(f"{_moment(found.groups()[:6])} UTC{found[8]}{hours:02d}:{15 * quarters:02d}")

    return meaning


TIME_IF_SET = message_time(Words("not set", "未设置"))


def _moment(parts: Iterable[str]) -> str:
    year, month, day, hour, minute, second = parts
    return f"20{year}-{month}-{day} {hour}:{minute}:{second}"


def _span(parts: Iterable[str]) -> Words:
    counted = [(int(count), *unit) for count, unit in zip(parts, _UNITS, strict=True) if int(count)]
    english = ", ".join(f"{count} {unit}{'s' if count > 1 else ''}" for count, unit, _ in counted)
    chinese = "".join(f"{count}{unit}" for count, _, unit in counted)
    return Words(f"{english or '0 seconds'} from now", f"{chinese or '0秒'}后")


def report_date(text: Any) -> Words | None:
    """ "YYMMDDhhmm" or "YYMMDDhhmmss" of a report, in the carrier's own time."""
    found = _DATE(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    return plain(f"20{year}-{month}-{day} {hour}:{minute}" + (f":{second}" if second else ""))


def stamp(number: Any) -> Words | None:
    """MMDDHHMMSS as a decimal number."""
    digits = f"{number:010d}"
    if len(digits) > len("MMDDHHMMSS"):
        return NO_TIME
    return plain(f"{digits[:2]}-{digits[2:4]} {digits[4:6]}:{digits[6:8]}:{digits[8:]}")


def version_text(octet: int) -> str:
    """The major version stands in the high half of the octet, the minor one in the low half."""
    return f"{octet >> 4}.{octet & 15}"


def version(octet: Any) -> Words:
    """The octet of a version."""
    return plain(version_text(octet))


# -- content -------------------------------------------------------------------------------------------------

TEXT = Words("text", "正文")
_HEADER = Words("user data header", "用户数据头")
_PART = Words("part", "长短信")
_ELEMENTS = {
    0x00: ("concatenation, 8-bit reference", "长短信，8 位参考号"),
    0x01: ("special message indication", "特殊消息指示"),
    0x04: ("application ports, 8 bits", "应用端口，8 位"),
    0x05: ("application ports, 16 bits", "应用端口，16 位"),
    0x08: ("concatenation, 16-bit reference", "长短信，16 位参考号"),
    0x24: ("national language, single shift", "国家语言单字符切换表"),
    0x25: ("national language, locking shift", "国家语言锁定切换表"),
}
"""Information elements of a user data header (TS 23.040, 9.2.3.24)."""


def content_notes(header: bytes, concat: Concat | None, text: str | None, payload: bytes) -> list[Note]:
    """What a message carries. `header`: the user data header with its own length; `text`: None for binary content."""
    notes = [Note(_HEADER, element) for element in _elements(header)]
    if concat is not None:
        notes.append(
            Note(
                _PART,
                Words(
                    f"{concat.index} of {concat.total}, reference 0x{concat.reference:x}",
                    f"第 {concat.index} 条，共 {concat.total} 条，参考号 0x{concat.reference:x}",
                ),
            )
        )
    if text is None:
        count = len(payload)
        notes.append(Note(TEXT, Words(f"none: {count} octets of data", f"无：{count} 字节二进制数据")))
    elif payload:
        notes.append(Note(TEXT, plain(text)))
    return notes


def _elements(header: bytes) -> list[Words]:
    found = []
    at = 1
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        end = at + 2 + length
        en, zh = _ELEMENTS.get(element, ("element", "信元"))
        octets = header[at + 2 : end].hex()
        cut = end > len(header)
        found.append(
            Words(
                f"0x{element:02x} {en}: {octets}" + (" (cut short)" if cut else ""),
                f"0x{element:02x} {zh}：{octets}" + ("（不完整）" if cut else ""),
            )
        )
        at = end
    return found


# -- reports -------------------------------------------------------------------------------------------------


class StatRow(Protocol):
    """A row of a protocol's words for states."""

    @property
    def stat(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def zh(self) -> str: ...


def stat(rows: Iterable[StatRow]) -> Meaning:
    """A report's word for the state; a code of a network element speaks for itself."""
    words = {row.stat: Words(row.en, row.zh) for row in rows}
    return lambda value: words.get(value.upper())


_FINAL = {
    True: Words("final", "最终状态"),
    False: Words("not final, another report follows", "非最终状态，后续还有报告"),
}
_OWN_CODE = Words("the carrier's own code", "运营商自定义状态码")


def receipt_notes(receipt: ReceiptFields, rows: Iterable[StatRow]) -> list[Note]:
    """A delivery report in words."""
    known = {row.stat: Words(row.en, row.zh) for row in rows}
    notes = [Note(Words("report on", "状态报告对应"), plain(receipt.id))] if receipt.id else []
    if receipt.stat:
        means, final = known.get(receipt.stat, _OWN_CODE), _FINAL[receipt.final]
        notes.append(
            Note(
                Words("state", "状态"),
                Words(f"{receipt.stat}: {means.en}; {final.en}", f"{receipt.stat}：{means.zh}；{final.zh}"),
            )
        )
    if receipt.err:
        notes.append(Note(Words("error", "错误码"), plain(receipt.err)))
    for label, date in (
        (Words("submitted", "提交时间"), receipt.submit_date),
        (Words("done", "完成时间"), receipt.done_date),
    ):
        if date:
            notes.append(Note(label, report_date(date) or plain(date)))
    return notes
