"""What delivery reports of any protocol come to, and the words that they have for states."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hongyan.kernel.clock import BEIJING, Millis

DELIVERED = "DELIVRD"


class ReceiptFields(NamedTuple):
    """What a report says; "" is what it does not say. `id`: what the answer to the submit called the message. `stat`: upper
    case. `err` and dates: as written. `number`: the handset. `final`: nothing else will follow."""

    id: str
    stat: str
    err: str
    submit_date: str
    done_date: str
    number: str
    final: bool
    delivered: bool


class Stat(NamedTuple):
    """One word for a state. `final`: nothing else will follow."""

    stat: str
    final: bool
    en: str
    zh: str
    source: str


class MessageState(NamedTuple):
    """A state that is a number too."""

    value: int
    stat: str
    final: bool
    en: str
    zh: str
    source: str


_STATS = (
    (DELIVERED, True, "delivered", "已送达"),
    ("EXPIRED", True, "validity over", "已过期"),
    ("DELETED", True, "deleted", "已删除"),
    ("UNDELIV", True, "cannot be delivered", "无法送达"),
    ("ACCEPTD", False, "accepted, on its way", "已受理"),
    ("UNKNOWN", True, "state unknown", "状态未知"),
    ("REJECTD", True, "rejected", "被拒绝"),
)
_NOT_FINAL = frozenset(stat for stat, final, *_ in _STATS if not final)


def mainland_stats(source: str) -> tuple[Stat, ...]:
    """The words of CMPP (Stat) and SMGP (stat). Other words are codes of network elements, and final."""
    return tuple(Stat(*row, source) for row in _STATS)


def mainland_report(
    message_id: str, stat: str, err: str, submit_date: str, done_date: str, number: str
) -> ReceiptFields:
    """A report in these words. Without any state it is not final."""
    stat = stat.upper()
    final = stat not in _NOT_FINAL if stat else False
    return ReceiptFields(message_id, stat, err, submit_date, done_date, number, final, stat == DELIVERED)


def report_time(ms: Millis) -> str:
    """ "YYMMDDhhmm" in Beijing time, as reports of CMPP and SMGP write it, and most of SMPP."""
    return f"{datetime.fromtimestamp(ms // 1000, BEIJING):%y%m%d%H%M}"
