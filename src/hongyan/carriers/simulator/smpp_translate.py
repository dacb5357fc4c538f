"""Between SMPP's fields and the carrier's words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from hongyan.carriers.simulator.login import Login
from hongyan.carriers.simulator.parts import (
    Charset,
    Delivery,
    Outgoing,
    Part,
    ReplyPart,
    Wants,
    family_state,
    national,
    split_code,
    text_of,
)
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.kernel.clock import Millis
from hongyan.kernel.text import parse_udh
from hongyan.protocols.smpp import Pdu, content_of, deliver_encoder, receipt_text
from hongyan.protocols.smpp.encoders import RECEIPT, UDHI
from hongyan.protocols.smpp.events import BindRequested
from hongyan.protocols.smpp.pdus import TLVS
from hongyan.protocols.smpp.receipt import state_of
from hongyan.protocols.smpp.status import RINVPASWD, RINVSYSID
from hongyan.protocols.wire.reports import report_time

_ERRORS: Mapping[NamedError, int] = MappingProxyType(
    {
        "too_long": 0x01,  # ESME_RINVMSGLEN
        "system_error": 0x08,  # ESME_RSYSERR
        "bad_source": 0x0A,  # ESME_RINVSRCADR
        "bad_destination": 0x0B,  # ESME_RINVDSTADR
        "not_mine": 0x0B,  # the document has no word for it
        "queue_full": 0x14,  # ESME_RMSGQFUL
        "rejected": 0x45,  # ESME_RSUBMITFAIL
        "throttled": 0x58,  # ESME_RTHROTTLED
    }
)
"""The scenario's names as command_status. Source: SMPP 3.4, 5.1.3."""

_CHARSETS: Mapping[int, Charset] = MappingProxyType(
    {
        0: Charset.GSM7,  # SMSC default alphabet, unpacked
        1: Charset.ASCII,
        3: Charset.LATIN1,
        8: Charset.UCS2,
        15: Charset.GBK,  # not in the document; what gateways in China use
        16: Charset.GSM7,  # flash, at many providers
        24: Charset.UCS2,  # flash, at many providers
        0xF0: Charset.GSM7,  # GSM message class 0..3, TS 23.038 section 4
        0xF1: Charset.GSM7,
        0xF2: Charset.GSM7,
        0xF3: Charset.GSM7,
    }
)
"""data_coding; what is not listed is shown as hexadecimal digits. Source: SMPP 3.4, 5.2.19; carrier-protocols notes."""

_WANTS = (Wants.NONE, Wants.ALWAYS, Wants.FAILURE, Wants.ALWAYS)
"""registered_delivery, bits 1-0. Source: SMPP 3.4, 5.2.17 (3 is success only in 5.0; taken as always)."""

_NO_ERROR = "000"
_LONGEST_ADDRESS = 20
"""Without the NUL (SMPP 3.4, 4.4.1). The codec reads longer ones, but they could not be reported on."""

_SHOWN = 20  # characters of the text in a receipt (SMPP 3.4, appendix B)


def status_of_error(error: SubmitError) -> int:
    """The command_status of a refusal."""
    return error if isinstance(error, int) else _ERRORS[error]


def login_refusal(request: BindRequested, login: Login) -> int:
    """The status that refuses a bind, 0 for none."""
    if not login.knows(request.system_id):
        return RINVSYSID
    return 0 if login.opens(request.password) else RINVPASWD


def parts_of(pdu: Pdu) -> tuple[Part, ...] | NamedError:
    """A submit_sm as the carrier sees it."""
    fields = pdu.fields
    body = content_of(pdu)
    reference, total, index = 0, 1, 1
    if fields["esm_class"] & UDHI:
        concat, body = parse_udh(body)
        if concat is not None:
            reference, total, index = concat.reference, concat.total, concat.index
    elif "sar_msg_ref_num" in pdu.tlvs:
        reference = _number(pdu, "sar_msg_ref_num", 0)
        total, index = _number(pdu, "sar_total_segments", 1), _number(pdu, "sar_segment_seqnum", 1)
    source, destination = fields["source_addr"], fields["destination_addr"]
    if len(destination) > _LONGEST_ADDRESS:
        return "bad_destination"
    if len(source) > _LONGEST_ADDRESS:
        return "bad_source"
    part = Part(
        source,
        destination,
        national(destination),
        _CHARSETS.get(fields["data_coding"], Charset.BINARY),
        body,
        reference,
        total,
        index,
        _WANTS[fields["registered_delivery"] & 3],
    )
    return (part,)


def _number(pdu: Pdu, name: str, default: int) -> int:
    value = pdu.tlvs.get(name, default)
    return value if isinstance(value, int) else default


class Deliveries:
    """Makes the bodies of deliver_sm."""

    def __init__(self) -> None:
        self._encode = deliver_encoder()
        self._minute = -1
        self._date = ""

    def body_of(self, outgoing: Outgoing) -> bytes:
        """The body of a receipt or of a reply's part."""
        if isinstance(outgoing, ReplyPart):
            return self._reply(outgoing)
        return self._receipt(outgoing)

    def _receipt(self, delivery: Delivery) -> bytes:
        part = delivery.part
        stat, err, state = _wording(delivery.code)
        text = receipt_text(
            delivery.message_id,
            stat,
            self._report_time(delivery.submitted_ms),
            self._report_time(delivery.done_ms),
            err,
            text_of(part)[:_SHOWN],
        )
        body = self._encode(
            source_addr=part.destination, destination_addr=part.source, esm_class=RECEIPT, short_message=text
        )
        return body + TLVS.write({"receipted_message_id": delivery.message_id}) + state

    def _reply(self, reply: ReplyPart) -> bytes:
        segment = reply.segment
        return self._encode(
            source_addr=_international(reply.number),
            destination_addr=reply.to,
            esm_class=UDHI if segment.header else 0,
            data_coding=int(segment.alphabet),
            short_message=segment.user_data,
        )

    def _report_time(self, ms: Millis) -> str:
        """Formatted once a minute, for it costs more than the rest of a receipt."""
        minute = ms // 60_000
        if minute != self._minute:
            self._minute, self._date = minute, report_time(ms)
        return self._date


class _Wording(NamedTuple):
    """What a receipt code becomes: `stat` and `err` of the text, the message_state parameter."""

    stat: str
    err: str
    state: bytes


@lru_cache(maxsize=256)
def _wording(code: str) -> _Wording:
    """A network element's code travels in err, the final state behind it in stat and message_state."""
    stat, number, element = split_code(code)
    state = state_of(stat or family_state(element))
    assert state is not None  # they are all in the table
    err = element or number.rjust(len(_NO_ERROR), "0")
    return _Wording(state.stat, err, TLVS.write({"message_state": state.value}))


def _international(number: str) -> str:
    """Mainland mobile numbers with country code, as type of number 1 wants it."""
    return "86" + number if len(number) == 11 and "13" <= number[:2] <= "19" else number
