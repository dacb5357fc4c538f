"""Delivery reports: the content of a DELIVER whose IsReport is 1. Source: SMGP 3.0.3, the status report in MsgContent.

It looks like the text of SMPP and is none: after `id:` stand the ten octets of the MsgID, which may be any octets, also
NULs, blanks or what looks like a label. In the form of the document, 122 octets, every value has its place, and only
the colons of the labels are looked at, because gateways spell the words in several ways. Of any other form the labels
are searched, after the id; some gateways write the id as 20 hex digits.
"""

from __future__ import annotations

import re
from itertools import accumulate
from operator import itemgetter

from hongyan.protocols.smgp.codec import Pdu
from hongyan.protocols.smgp.pdus import MESSAGE_ID_SIZE
from hongyan.protocols.wire.fields import FixedText, Octets
from hongyan.protocols.wire.readers import compile_reader
from hongyan.protocols.wire.reports import DELIVERED, ReceiptFields, mainland_report, mainland_stats
from hongyan.protocols.wire.writers import compile_writer

REPORT = 1
"""IsReport of a DELIVER that reports; 0 is a message from a handset."""


_LABELS = (b"id:", b" sub:", b" dlvrd:", b" Submit date:", b" done date:", b" stat:", b" err:", b" Text:")
_VALUES: tuple[FixedText | Octets, ...] = (
    Octets("id", MESSAGE_ID_SIZE),
    FixedText("sub", 3),
    FixedText("dlvrd", 3),
    FixedText("submit_date", 10),
    FixedText("done_date", 10),
    FixedText("stat", 7),
    FixedText("err", 3),
    Octets("text", 20),  # three digits of the message's length, then its first octets
)
_PLACES = tuple(
    (Octets(f"before_{value.name}", len(label)), value) for label, value in zip(_LABELS, _VALUES, strict=True)
)
_FIELDS = tuple(each for place in _PLACES for each in place)
_WIDTHS = [each.width for each in _FIELDS]
REPORT_SIZE = sum(_WIDTHS)
"""Octets of a report in the form of the document."""

_TEXT_SIZE = _WIDTHS[-1]
_read = compile_reader(_FIELDS, "report")
_write = compile_writer(
    _FIELDS, "report", {place[0].name: label for place, label in zip(_PLACES, _LABELS, strict=True)}
)
_colons = itemgetter(*(end - 1 for end in [*accumulate(_WIDTHS)][::2]))
_ALL_COLONS = (ord(":"),) * len(_LABELS)

# 20 hex digits; or ten octets of any kind, in front of a label or of nothing; or a word.
_ID = re.compile(
    rb"id:(?:\s*(?P<hex>[0-9a-f]{20})(?![^\s\0])"
    rb"|(?P<raw>.{10})(?=\s*(?:sub|dlvrd|done|stat|err|text)|\Z)"
    rb"|\s*(?P<word>[^\s\0]*))",
    re.IGNORECASE | re.DOTALL,
).match
# A value may be empty, and then the next label follows. Whatever stands after "text:" belongs to the message.
_LABEL = re.compile(
    rb"\b(?:(text) ?:|(sub|dlvrd|submit[ _]?date|done[ _]?date|stat|err) ?:"
    rb"[ ]?(?!(?:dlvrd|submit|done|stat|err|text)\b)([^\s\0]*))",
    re.IGNORECASE,
).finditer
_NAMES = {"submitdate": "submit_date", "donedate": "done_date"}


STATS = mainland_stats("SMGP 3.0.3, stat of the status report")


def is_report(pdu: Pdu) -> bool:
    """Whether a DELIVER reports on a message of ours."""
    return pdu.fields.get("IsReport") == REPORT


def parse_report(pdu: Pdu) -> ReceiptFields:
    """Read a report; never fails."""
    values = read_report(pdu.fields["MsgContent"])
    get = values.get
    return mainland_report(
        get("id", ""),
        get("stat", ""),
        get("err", ""),
        get("submit_date", ""),
        get("done_date", ""),
        pdu.fields["SrcTermID"],
    )


def read_report(content: bytes) -> dict[str, str]:
    """All values of a report: id, sub, dlvrd, submit_date, done_date, stat, err, text; those that are not there are
    left out. The text is read as GB18030, which the document asks of texts."""
    if len(content) == REPORT_SIZE and _colons(content) == _ALL_COLONS:
        values, _ = _read(content, 0)
        values["id"] = values["id"].hex()
        values["text"] = _first(values["text"])
        return {each.name: values[each.name] for each in _VALUES}
    found = _ID(content)
    if found is None:
        return _search(content, 0)
    raw = found["raw"]
    message_id = (found["hex"] or found["word"]).decode("latin-1") if raw is None else raw.hex()
    return {"id": message_id.lower()} | _search(content, found.end())


def _search(content: bytes, at: int) -> dict[str, str]:
    """Values by their labels. The words of the message, after the last label, are not looked at."""
    values: dict[str, str] = {}
    for found in _LABEL(content, at):
        text, label, value = found.groups()
        if text is not None:
            values["text"] = _first(content[found.end() :])
            break
        name = label.decode().lower().replace(" ", "").replace("_", "")
        values.setdefault(_NAMES.get(name, name), _word(value))
    return values


def _first(octets: bytes) -> str:
    return octets.partition(b"\0")[0].decode("gb18030", "replace")


def _word(octets: bytes) -> str:
    return _first(octets).rstrip(" ")


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
    if dlvrd is None:
        dlvrd = "001" if stat == DELIVERED else "000"
    octets = text.encode("gb18030", "replace").ljust(_TEXT_SIZE, b"\0")
    return _write(message_id, sub, dlvrd, submit_date, done_date, stat, err, octets)


def report_text(length: int, text: str) -> str:
    """What `text` of a report holds: the octets of the message's content as three digits, then the beginning of the
    message, as many whole characters as fit."""
    head = f"{length:03d}"
    while len((head + text).encode("gb18030", "replace")) > _TEXT_SIZE:
        text = text[:-1]
    return head + text
