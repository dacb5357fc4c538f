"""Delivery reports: the command REPORT. Source: SGIP 1.2, Report; trap: State 1 says only that the message waits."""

from __future__ import annotations

from hongyan.protocols.sgip.codec import Pdu
from hongyan.protocols.sgip.pdus import REPORT, SEQUENCE_SIZE
from hongyan.protocols.wire.reports import DELIVERED, MessageState, ReceiptFields

ABOUT_SUBMIT = 0
"""ReportType; 1 is about a DELIVER that a gateway passed on, and none of our messages."""


_V12 = "SGIP 1.2, Report"

MESSAGE_STATES: tuple[MessageState, ...] = (
    MessageState(0, DELIVERED, True, "delivered", "已送达", _V12),
    MessageState(1, "ACCEPTD", False, "waiting to be sent", "等待发送", _V12),
    MessageState(2, "UNDELIV", True, "failed", "发送失败", _V12),
)
"""State, with the word that other protocols have for it. Any other value says nothing, and is not final."""

_BY_VALUE = {row.value: row for row in MESSAGE_STATES}
_BY_STAT = {row.stat: row.value for row in MESSAGE_STATES}
_FAILED = 2


def is_report(pdu: Pdu) -> bool:
    """Whether a request of the carrier reports on a submit."""
    return pdu.command_id == REPORT and pdu.fields["ReportType"] == ABOUT_SUBMIT


def parse_report(pdu: Pdu) -> ReceiptFields:
    """Read a REPORT; never fails. `id`: 24 hex digits of the submit's sequence; of a submit to several numbers each has its
    own report under it. `err`: ErrorCode in decimal, "" unless it failed. There are no dates."""
    fields = pdu.fields
    state = _BY_VALUE.get(fields["State"])
    stat, final = ("", False) if state is None else (state.stat, state.final)
    return ReceiptFields(
        fields["SubmitSequenceNumber"].hex(),
        stat,
        str(fields["ErrorCode"]) if fields["State"] == _FAILED else "",
        "",
        "",
        fields["UserNumber"],
        final,
        stat == DELIVERED,
    )


def state_of(stat: str) -> int:
    """State for a stat word; every other final word is a failure."""
    return _BY_STAT.get(stat, _FAILED)


def submit_octets(message_id: str) -> bytes:
    """SubmitSequenceNumber for a message id of 24 hex digits. Raises ValueError for anything else."""
    octets = bytes.fromhex(message_id)
    if len(octets) != SEQUENCE_SIZE:
        raise ValueError(f"a message id has {SEQUENCE_SIZE} octets: {message_id}")
    return octets
