"""Delivery receipts: read what carriers write, and write what the document shows.

Source: SMPP 3.4 appendix B (text, vendor-specific by its own words), 5.2.28 (message_state), 5.3.2.12 and 5.3.2.35
(optional parameters, which win over the text), 5.2.12 (esm_class).
"""

from __future__ import annotations

import re

from hongyan.protocols.smpp.codec import Pdu
from hongyan.protocols.smpp.encoders import RECEIPT
from hongyan.protocols.wire.reports import DELIVERED, MessageState, ReceiptFields

_TYPE_BITS = 0x3C
_INTERMEDIATE = 0x20


_V34 = "SMPP 3.4, 5.2.28"
_V50 = "SMPP 5.0, 4.7.15"

MESSAGE_STATES: tuple[MessageState, ...] = (
    MessageState(0, "SCHEDULED", False, "scheduled", "已定时", _V50),
    MessageState(1, "ENROUTE", False, "on its way", "投递中", _V34),
    MessageState(2, DELIVERED, True, "delivered", "已送达", _V34),
    MessageState(3, "EXPIRED", True, "validity over", "已过期", _V34),
    MessageState(4, "DELETED", True, "deleted", "已删除", _V34),
    MessageState(5, "UNDELIV", True, "cannot be delivered", "无法送达", _V34),
    MessageState(6, "ACCEPTD", False, "accepted by the carrier's staff", "已受理", _V34),
    MessageState(7, "UNKNOWN", True, "state unknown", "状态未知", _V34),
    MessageState(8, "REJECTD", True, "rejected", "被拒绝", _V34),
    MessageState(9, "SKIPPED", True, "skipped", "已跳过", _V50),
)
"""ENROUTE and ACCEPTD are not final; UNKNOWN is, because carriers send nothing after it."""

_BY_VALUE = {row.value: row for row in MESSAGE_STATES}
_NOT_FINAL = frozenset(row.stat for row in MESSAGE_STATES if not row.final)


# The usual order with single blanks, in one match.
_USUAL = re.compile(
    r"id:(\S+) sub:\S* dlvrd:\S* submit date:(\d*) done date:(\d*) stat:([A-Za-z]+) err:(\S*)(?: [Tt]ext:|$)",
    re.DOTALL,
).match
# Any order, spelling and spacing; the message's own words after "text:" are not looked at. A blank may follow the
# colon, unless the value is empty and the next key follows.
_KEY = re.compile(
    r"\b(id|submit[ _]*date|done[ _]*date|stat|err|text) ?:"
    r"(?: +(?!(?:id|sub|dlvrd|submit|done|stat|err|text)\b))?(\S*)",
    re.IGNORECASE,
)


def is_receipt(pdu: Pdu) -> bool:
    """Whether a deliver_sm or data_sm reports on a message of ours, finally or not."""
    kind = pdu.fields.get("esm_class", 0) & _TYPE_BITS
    return kind in (RECEIPT, _INTERMEDIATE) or "receipted_message_id" in pdu.tlvs


def content_of(pdu: Pdu) -> bytes:
    """The user data, from short_message or message_payload, with its header if there is one."""
    content: bytes = pdu.fields.get("short_message", b"")
    if content:
        return content
    payload = pdu.tlvs.get("message_payload", b"")
    assert isinstance(payload, bytes)
    return payload


def parse_receipt(pdu: Pdu) -> ReceiptFields:
    """Read a receipt; never fails. What it does not say is "". Without any state it is not final."""
    text = content_of(pdu).decode("latin-1")
    found = _USUAL(text)
    if found is not None:
        message_id, submit_date, done_date, stat, err = found.groups()
        stat = stat.upper()
    else:
        message_id, submit_date, done_date, stat, err = _search(text)
    tlvs = pdu.tlvs
    if tlvs:
        message_id = str(tlvs.get("receipted_message_id") or message_id)
        row = _BY_VALUE.get(tlvs.get("message_state", -1))  # type: ignore[arg-type]
        stat = row.stat if row is not None else stat
        err = err or _network_error(tlvs.get("network_error_code"))
    final = bool(stat) and stat not in _NOT_FINAL
    number = pdu.fields.get("source_addr", "")
    return ReceiptFields(message_id, stat, err, submit_date, done_date, number, final, stat == DELIVERED)


def _search(text: str) -> tuple[str, str, str, str, str]:
    values: dict[str, str] = {}
    for found in _KEY.finditer(text):
        key = found[1].lower().replace(" ", "").replace("_", "")
        if key == "text":
            break
        values.setdefault(key, found[2])
    get = values.get
    return get("id", ""), get("submitdate", ""), get("donedate", ""), get("stat", "").upper(), get("err", "")


def _network_error(value: object) -> str:
    """The code of a network_error_code parameter: one octet of network type, then the number."""
    if isinstance(value, bytes) and len(value) == 3:
        return f"{int.from_bytes(value[1:], 'big'):03d}"
    return ""


def receipt_text(
    message_id: str,
    stat: str,
    submit_date: str,
    done_date: str,
    err: str = "000",
    text: str = "",
) -> bytes:
    """The text of appendix B. Dates "YYMMDDhhmm" (`wire.reports.report_time`); `text` is cut to 20 characters."""
    delivered = "001" if stat == DELIVERED else "000"
    line = (
        f"id:{message_id} sub:001 dlvrd:{delivered} submit date:{submit_date} done date:{done_date}"
        f" stat:{stat} err:{err} text:{text[:20]}"
    )
    return line.encode("latin-1", "replace")


def state_of(stat: str) -> MessageState | None:
    """The row of a stat word, for the message_state parameter."""
    return next((row for row in MESSAGE_STATES if row.stat == stat.upper()), None)
