"""Delivery reports: the content of a DELIVER whose IsReport is 1. Source: SMGP 3.0.3, the status report in MsgContent.

It looks like the text of SMPP and is none: after `id:` stand the ten octets of the MsgID, which may be any octets, also
NULs, blanks or what looks like a label. In the form of the document, 122 octets, every value has its place, and only
the colons of the labels are looked at, because gateways spell the words in several ways. Of any other form the labels
are searched, after the id; some gateways write the id as 20 hex digits.
"""

from __future__ import annotations

import re
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.smgp.codec import Pdu
from hongyan.protocols.smgp.pdus import MESSAGE_ID_SIZE
from hongyan.protocols.wire.errors import FieldError

REPORT = 1
"""IsReport of a DELIVER that reports; 0 is a message from a handset."""


class _Place(NamedTuple):
    """Where a value stands in the form of the document, and what stands in front of it."""

    name: str
    label: bytes
    width: int


_PLACES = (
    _Place("sub", b" sub:", 3),
    _Place("dlvrd", b" dlvrd:", 3),
    _Place("submit_date", b" Submit date:", 10),
    _Place("done_date", b" done date:", 10),
    _Place("stat", b" stat:", 7),
    _Place("err", b" err:", 3),
    _Place("text", b" Text:", 20),  # three digits of the message's length, then its first octets
)
_ID_LABEL = b"id:"
_ID_END = len(_ID_LABEL) + MESSAGE_ID_SIZE


def _slices() -> dict[str, slice]:
    found = {}
    at = _ID_END
    for place in _PLACES:
        at += len(place.label)
        found[place.name] = slice(at, at + place.width)
        at += place.width
    return found


_SLICES = _slices()
REPORT_SIZE = _SLICES["text"].stop
"""Octets of a report in the form of the document."""

_colons = itemgetter(*(place.start - 1 for place in _SLICES.values()))
_ALL_COLONS = (ord(":"),) * len(_SLICES)

# 20 hex digits; or ten octets of any kind, in front of a label or of nothing; or a word.
_ID = re.compile(
    rb"id:(?:\s*(?P<hex>[0-9a-f]{20})(?![^\s\0])"
    rb"|(?P<raw>.{10})(?=\s*(?:sub|dlvrd|done|stat)|\Z)"
    rb"|\s*(?P<word>[^\s\0]*))",
    re.IGNORECASE | re.DOTALL,
).match
_LABELS = re.compile(
    rb"\b(sub|dlvrd|submit[ _]?date|done[ _]?date|stat|err|text) ?:[ ]?(?!(?:dlvrd|submit|done|stat|err|text)\b)"
    rb"([^\s\0]*)",
    re.IGNORECASE,
)

_NAMES = {"submitdate": "submit_date", "donedate": "done_date"}


class Stat(NamedTuple):
    """One word of stat. `final`: nothing else will follow. Other words are codes of network elements, and final."""

    stat: str
    final: bool
    en: str
    zh: str
    source: str


_S303 = "SMGP 3.0.3, stat of the status report"

STATS: tuple[Stat, ...] = (
    Stat("DELIVRD", True, "delivered", "已送达", _S303),
    Stat("EXPIRED", True, "validity over", "已过期", _S303),
    Stat("DELETED", True, "deleted", "已删除", _S303),
    Stat("UNDELIV", True, "cannot be delivered", "无法送达", _S303),
    Stat("ACCEPTD", False, "accepted, on its way", "已受理", _S303),
    Stat("UNKNOWN", True, "state unknown", "状态未知", _S303),
    Stat("REJECTD", True, "rejected", "被拒绝", _S303),
)
_NOT_FINAL = frozenset(row.stat for row in STATS if not row.final)
_DELIVERED = "DELIVRD"


class ReceiptFields(NamedTuple):
    """What a report says. `id`: 20 hex digits of the submit's MsgID; `stat` upper case; `err`: usually three digits;
    dates "YYMMDDhhmm" as written; `number`: the handset. "" is what it does not say."""

    id: str
    stat: str
    err: str
    submit_date: str
    done_date: str
    number: str
    final: bool
    delivered: bool


def is_report(pdu: Pdu) -> bool:
    """Whether a DELIVER reports on a message of ours."""
    return pdu.fields.get("IsReport") == REPORT


def parse_report(pdu: Pdu) -> ReceiptFields:
    """Read a report; never fails. Without any state it is not final."""
    values = read_report(pdu.fields["MsgContent"])
    get = values.get
    stat = get("stat", "").upper()
    return ReceiptFields(
        get("id", ""),
        stat,
        get("err", ""),
        get("submit_date", ""),
        get("done_date", ""),
        pdu.fields["SrcTermID"],
        bool(stat) and stat not in _NOT_FINAL,
        stat == _DELIVERED,
    )


def read_report(content: bytes) -> dict[str, str]:
    """All values of a report: id, sub, dlvrd, submit_date, done_date, stat, err, text; those that are not there are
    left out. The text is read as GB18030, which the document asks of texts."""
    if len(content) == REPORT_SIZE and _colons(content) == _ALL_COLONS:
        values = {name: _word(content[place]) for name, place in _SLICES.items()}
        return {"id": content[len(_ID_LABEL) : _ID_END].hex()} | values
    found = _ID(content)
    if found is None:
        return _search(content, 0)
    raw = found["raw"]
    message_id = (found["hex"] or found["word"]).decode("latin-1") if raw is None else raw.hex()
    return {"id": message_id.lower()} | _search(content, found.end())


def _search(content: bytes, at: int) -> dict[str, str]:
    """Values by their labels. The words of the message, after the last label, are not looked at."""
    values: dict[str, str] = {}
    for found in _LABELS.finditer(content, at):
        label = found[1].decode().lower().replace(" ", "").replace("_", "")
        if label == "text":
            values[label] = _word(content[found.start(2) :])
            break
        values.setdefault(_NAMES.get(label, label), _word(found[2]))
    return values


def _word(octets: bytes) -> str:
    return octets.partition(b"\0")[0].rstrip(b" ").decode("gb18030", "replace")


def report_content(
    message_id: bytes,
    stat: str,
    submit_date: str,
    done_date: str,
    err: str = "000",
    text: str = "",
    sub: str = "001",
    dlvrd: str | None = None,
) -> bytes:
    """The form of the document, for MsgContent of a DELIVER with MsgFormat 0. Dates by `report_time`; `text` by
    `report_text`. `dlvrd` follows from `stat` unless it is given.

    Raises:  FieldError.
    """
    if len(message_id) != MESSAGE_ID_SIZE:
        raise _misfit("id", f"must have {MESSAGE_ID_SIZE} octets", f"应为 {MESSAGE_ID_SIZE} 个字节")
    values = {
        "sub": sub,
        "dlvrd": dlvrd if dlvrd is not None else "001" if stat == _DELIVERED else "000",
        "submit_date": submit_date,
        "done_date": done_date,
        "stat": stat,
        "err": err,
        "text": text,
    }
    pieces = [_ID_LABEL, message_id]
    for place in _PLACES:
        octets = values[place.name].encode("gb18030", "replace")
        if len(octets) > place.width:
            raise _misfit(
                place.name,
                f"has {len(octets)} octets; {place.width} fit",
                f"有 {len(octets)} 个字节，最多 {place.width} 个字节",
            )
        pieces += (place.label, octets.ljust(place.width, b"\0"))
    return b"".join(pieces)


def _misfit(field: str, en: str, zh: str) -> FieldError:
    return FieldError("report", field, en, zh)


def report_text(length: int, text: str) -> str:
    """What `text` of a report holds: the octets of the message's content as three digits, then the beginning of the
    message, as many whole characters as fit."""
    head = f"{length:03d}"
    while len((head + text).encode("gb18030", "replace")) > _PLACES[-1].width:
        text = text[:-1]
    return head + text


def report_time(ms: Millis) -> str:
    """ "YYMMDDhhmm" in Beijing time."""
    return f"{datetime.fromtimestamp(ms // 1000, BEIJING):%y%m%d%H%M}"
