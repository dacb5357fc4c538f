"""Delivery reports: the content of a DELIVER whose Registered_Delivery is 1. Source: CMPP 2.0, 7.4.5.1.

60 octets in 2.0 and 71 in 3.0, because of the number; gateways of 3.0 also send 60, so the length decides and not
the version. Of any other length the part before the number is read, which both have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.cmpp.codec import Pdu
from hongyan.protocols.cmpp.pdus import DELIVER, Layout, report_fields
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.readers import compile_reader
from hongyan.protocols.wire.writers import compile_writer

REPORT = 1
"""Registered_Delivery of a DELIVER that reports; 0 is a message from a handset."""

LAYOUTS: Mapping[int, Layout] = {60: Layout.V20, 71: Layout.V30}
"""Octets of a report -> how they lie."""

SPECS: Mapping[Layout, PduSpec] = {layout: PduSpec("report", 0, report_fields(layout)) for layout in Layout}
"""A report is no PDU, but described like one."""

_NUMBER_AND_AFTER = 2
_HEAD_SIZE = 35

_READERS = {size: compile_reader(SPECS[layout].fields, "report") for size, layout in LAYOUTS.items()}
_WRITERS = {layout: compile_writer(spec.fields, spec.name) for layout, spec in SPECS.items()}
_read_head = compile_reader(SPECS[Layout.V20].fields[:-_NUMBER_AND_AFTER], "head of a report")


class Stat(NamedTuple):
    """One word of Stat. `final`: nothing else will follow. Other words are codes of network elements, and final."""

    stat: str
    final: bool
    en: str
    zh: str
    source: str


_S2 = "CMPP 2.0, 7.4.5.1"

STATS: tuple[Stat, ...] = (
    Stat("DELIVRD", True, "delivered", "已送达", _S2),
    Stat("EXPIRED", True, "validity over", "已过期", _S2),
    Stat("DELETED", True, "deleted", "已删除", _S2),
    Stat("UNDELIV", True, "cannot be delivered", "无法送达", _S2),
    Stat("ACCEPTD", False, "accepted, on its way", "已受理", _S2),
    Stat("UNKNOWN", True, "state unknown", "状态未知", _S2),
    Stat("REJECTD", True, "rejected", "被拒绝", _S2),
)
_NOT_FINAL = frozenset(row.stat for row in STATS if not row.final)
_DELIVERED = "DELIVRD"


class ReceiptFields(NamedTuple):
    """What a report says. `id`: 16 hex digits of the submit's Msg_Id; `stat` upper case; dates "YYMMDDHHMM" as
    written; `number`: the handset. "" is what it does not say. `err` is "": CMPP puts codes into Stat."""

    id: str
    stat: str
    err: str
    submit_date: str
    done_date: str
    number: str
    final: bool
    delivered: bool


_NOTHING = ReceiptFields("", "", "", "", "", "", final=False, delivered=False)


def is_report(pdu: Pdu) -> bool:
    """Whether a DELIVER reports on a message of ours."""
    return pdu.command_id == DELIVER and pdu.fields["Registered_Delivery"] == REPORT


def parse_report(pdu: Pdu) -> ReceiptFields:
    """Read a report; never fails. Without any state it is not final."""
    content: bytes = pdu.fields.get("content", b"")
    if len(content) < _HEAD_SIZE:
        return _NOTHING
    fields, _ = _READERS.get(len(content), _read_head)(content, 0)
    stat = fields["Stat"].upper()
    return ReceiptFields(
        fields["Msg_Id"].hex(),
        stat,
        "",
        fields["Submit_time"],
        fields["Done_time"],
        fields.get("Dest_terminal_Id", ""),
        bool(stat) and stat not in _NOT_FINAL,
        stat == _DELIVERED,
    )


def read_report(content: bytes) -> dict[str, Any]:
    """All fields by the document's names; empty when the content has neither of the two lengths."""
    read = _READERS.get(len(content))
    return {} if read is None else read(content, 0)[0]


def report_content(layout: Layout, **fields: object) -> bytes:
    """The content of a report, for a DELIVER: Msg_Id, Stat, Submit_time, Done_time (`report_time`),
    Dest_terminal_Id, SMSC_sequence; what is left out is 0 or empty. Raises FieldError."""
    spec = SPECS[layout]
    for name in fields.keys() - set(spec.names):
        raise FieldError(spec.name, name, *NOT_A_FIELD)
    return _WRITERS[layout](**fields)


def report_time(ms: Millis) -> str:
    """ "YYMMDDHHMM" in Beijing time."""
    return f"{datetime.fromtimestamp(ms // 1000, BEIJING):%y%m%d%H%M}"
