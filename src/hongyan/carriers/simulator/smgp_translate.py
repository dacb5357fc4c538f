"""Between the fields of SMGP 3.0 and the carrier's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hongyan.carriers.simulator.login import Login
from hongyan.carriers.simulator.mainland_translate import (
    ReportTimes,
    content_of_reply,
    parts_of_numbers,
    place_of_reply,
)
from hongyan.carriers.simulator.message_ids import MessageIds
from hongyan.carriers.simulator.parts import (
    Delivery,
    Outgoing,
    Part,
    ReplyPart,
    Wants,
    family_state,
    split_code,
    text_of,
)
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.kernel.clock import Clock
from hongyan.protocols.smgp import (
    REPORT,
    Pdu,
    deliver_encoder,
    read_content,
    recv_time,
    report_content,
    report_text,
)
from hongyan.protocols.smgp.events import BindRequested
from hongyan.protocols.smgp.status import AUTHENTICATION, BUSY

_ERRORS: Mapping[NamedError, int] = MappingProxyType(
    {
        "throttled": BUSY,  # the only temporary error of the document
        "queue_full": BUSY,
        "system_error": BUSY,
        "too_long": 36,
        "bad_source": 46,
        "bad_destination": 47,
        "not_mine": 58,
        "rejected": 128,  # the first of the carriers' own
    }
)
"""The scenario's names as Status. Source: SMGP 3.0.3, table of Status."""

_WANTS = MappingProxyType({1: Wants.ALWAYS})
"""NeedReport."""

_SHOWN = 17
"""Octets of the message that a report repeats. Source: SMGP 3.0.3, text of the status report."""

_ERR_BY_STATE = MappingProxyType({"DELIVRD": "000", "ACCEPTD": "000", "EXPIRED": "001", "UNDELIV": "601"})
_ERR_BY_ELEMENT = MappingProxyType({"MK:0001": "601", "MK:0005": "602", "MI:0024": "001", "DB:0141": "005"})
_NO_ERR = "999"
"""err of a report: what the words and the usual codes of other networks are called here. Source: carrier-protocols
notes, 4.6 and 7.5."""


def status_of_error(error: SubmitError) -> int:
    """The Status of a refusal."""
    return error if isinstance(error, int) else _ERRORS[error]


def login_refusal(request: BindRequested, login: Login) -> int:
    """The Status that refuses a login, 0 for none."""
    if not login.knows(request.system_id):
        return AUTHENTICATION
    return 0 if login.password is None or request.proves(login.password) else AUTHENTICATION


def parts_of(pdu: Pdu) -> list[Part] | NamedError:
    """A SUBMIT as the carrier sees it, a part for each number."""
    fields = pdu.fields
    content = read_content(pdu)
    return parts_of_numbers(
        fields["SrcTermID"],
        fields["DestTermID"],
        content.coding,
        fields["MsgContent"],
        content.payload,
        content.concat,
        _WANTS.get(fields["NeedReport"], Wants.NONE),
    )


def stat_and_err(code: str) -> tuple[str, str]:
    """What a receipt's code becomes: `stat` and `err` of the report."""
    state, number, element = split_code(code)
    if state:
        return state, number.rjust(3, "0") if number else _ERR_BY_STATE.get(state, _NO_ERR)
    return family_state(element), _ERR_BY_ELEMENT.get(element, _NO_ERR)


def _beginning(text: str) -> str:
    """As many characters as fit a report."""
    return text[:_SHOWN].encode("gb18030", "replace")[:_SHOWN].decode("gb18030", "ignore")


class Deliveries:
    """Makes the bodies of DELIVER. `ids`: the carrier's, because deliveries have such ids too."""

    def __init__(self, ids: MessageIds, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock
        self._encode = deliver_encoder()
        self._times = ReportTimes()
        self._second = -1
        self._recv_time = ""

    def body_of(self, outgoing: Outgoing) -> bytes:
        """The body of a report or of a reply's part. Raises FieldError when a number does not fit."""
        now_ms = self._clock.now_ms()
        if not outgoing.wire_id:
            outgoing.wire_id = bytes.fromhex(self._ids.take(now_ms))
        second = now_ms // 1000
        if second != self._second:
            self._second, self._recv_time = second, recv_time(now_ms)
        return self._reply(outgoing) if isinstance(outgoing, ReplyPart) else self._report(outgoing)

    def _report(self, delivery: Delivery) -> bytes:
        part = delivery.part
        stat, err = stat_and_err(delivery.code)
        report = report_content(
            bytes.fromhex(delivery.message_id),
            stat,
            self._times.of(delivery.submitted_ms),
            self._times.of(delivery.done_ms),
            err,
            report_text(len(part.body), _beginning(text_of(part))),
        )
        return self._encode(
            delivery.wire_id, REPORT, 0, self._recv_time, part.destination, part.source, report
        )

    def _reply(self, reply: ReplyPart) -> bytes:
        message_format, content = content_of_reply(reply)
        total, index = place_of_reply(reply)
        return self._encode(
            reply.wire_id, 0, message_format, self._recv_time, reply.number, reply.to, content, total, index
        )
