"""What the translations of the three Chinese protocols have in common: formats, lengths, times, counters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from hongyan.carriers.simulator.counters import Counters
from hongyan.carriers.simulator.parts import Charset, Part, ReplyPart, Wants, national
from hongyan.carriers.simulator.scenario import NamedError
from hongyan.kernel.clock import BEIJING, Millis
from hongyan.kernel.text import Alphabet, Concat, Repertoire, Segment, measure, split

ASCII = 0
UCS2 = 8
_GB18030 = 15
_CLASSES = range(4)  # 0 is a flash message

CHARSETS: Mapping[int, Charset] = MappingProxyType(
    {
        ASCII: Charset.ASCII,
        UCS2: Charset.UCS2,
        _GB18030: Charset.GBK,
        **dict.fromkeys((0x10 | each for each in _CLASSES), Charset.ASCII),
        **dict.fromkeys((0x18 | each for each in _CLASSES), Charset.UCS2),
    }
)
"""Msg_Fmt, MessageCoding, MsgFormat; what is not listed is shown as hexadecimal digits. Source: carrier-protocols notes,
2.6; TS 23.038, section 4."""

CONTENT_LIMIT = 140
"""Octets of a short message, header included."""

ASCII_LIMIT = 160
"""Octets of a short message in ASCII; carriers pack them. Source: CMPP 2.0, Msg_Length in 7.4.3.1."""

_LAST_U32 = 0xFFFFFFFF
_plain = re.compile(r"[\r\n -~]*").fullmatch


def parts_of_numbers(
    source: str,
    numbers: Sequence[str],
    message_format: int,
    content: bytes,
    payload: bytes,
    concat: Concat | None,
    wants: Wants,
) -> list[Part] | NamedError:
    """One part for each number. `content`: with its header; `payload`: without."""
    charset = CHARSETS.get(message_format, Charset.BINARY)
    if len(content) > (ASCII_LIMIT if charset is Charset.ASCII else CONTENT_LIMIT):
        return "too_long"
    reference, total, index = (0, 1, 1) if concat is None else (concat.reference, concat.total, concat.index)
    if not numbers or not all(numbers):
        return "bad_destination"
    return [
        Part(source, number, national(number), charset, payload, reference, total, index, wants)
        for number in numbers
    ]


def cut_reply(text: str, reference: int) -> list[Segment]:
    """A text from a phone as these carriers hand it over: in UCS-2, or in one short message of plain ASCII. Raises
    Refused as `split` does."""
    if _plain(text):
        alphabet, units = measure(text)
        if alphabet is Alphabet.GSM7 and units <= CONTENT_LIMIT:
            return split(text, reference)
    return split(text, reference, Repertoire.UCS2_ONLY)


def content_of_reply(reply: ReplyPart) -> tuple[int, bytes]:
    """Format and octets, with the header."""
    segment = reply.segment
    if segment.alphabet is Alphabet.UCS2:
        return UCS2, segment.user_data
    return ASCII, segment.text.encode("ascii")


def place_of_reply(reply: ReplyPart) -> tuple[int, int]:
    """How many parts the text has, and which one this is, as its header says."""
    header = reply.segment.header
    return (header[-2], header[-1]) if header else (1, 1)


class ReportTimes:
    """ "YYMMDDHHMM" in Beijing time, formatted once a minute, for it costs more than the rest of a report."""

    def __init__(self) -> None:
        self._minutes: dict[int, str] = {}

    def of(self, ms: Millis) -> str:
        minute = ms // 60_000
        text = self._minutes.get(minute)
        if text is None:
            if len(self._minutes) > 1_000:
                self._minutes.clear()
            text = self._minutes[minute] = f"{datetime.fromtimestamp(minute * 60, BEIJING):%y%m%d%H%M}"
        return text


def statistics(counters: Counters) -> dict[str, int]:
    """The counters of a QUERY_RESP. Source: CMPP 2.0, 7.4.4.2; SMGP 3.0.3, Query_Resp."""
    values = {
        "MT_TLMsg": counters.accepted,
        "MT_Tlusr": counters.accepted,
        "MT_Scs": counters.delivered,
        "MT_WT": counters.pending,
        "MT_FL": counters.failed,
        "MO_Scs": counters.reply_parts_acknowledged,
        "MO_WT": max(0, counters.reply_parts - counters.reply_parts_acknowledged),
        "MO_FL": 0,
    }
    return {name: min(value, _LAST_U32) for name, value in values.items()}
