"""Between the fields of CMPP 2.0 and 3.0 and the carrier's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hongyan.carriers.simulator.login import Login
from hongyan.carriers.simulator.mainland_translate import ReportTimes, content_of_reply, parts_of_numbers
from hongyan.carriers.simulator.message_ids import MessageIds
from hongyan.carriers.simulator.parts import Delivery, Outgoing, Part, ReplyPart, Wants, split_code
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.kernel.clock import Clock
from hongyan.protocols.cmpp import (
    UDHI,
    V20,
    V30,
    Layout,
    Pdu,
    deliver_encoder,
    read_content,
    report_content,
)
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.report import REPORT
from hongyan.protocols.cmpp.status import (
    AUTHENTICATION,
    FLOW_CONTROL,
    SOURCE_ADDRESS,
    VERSION_TOO_HIGH,
)

_ERRORS: Mapping[NamedError, int] = MappingProxyType(
    {
        "too_long": 6,
        "throttled": FLOW_CONTROL,
        "queue_full": FLOW_CONTROL,  # the document has no other temporary error
        "system_error": FLOW_CONTROL,
        "not_mine": 9,
        "bad_source": 10,
        "bad_destination": 13,
        "rejected": 100,  # the first of the carriers' own
    }
)
"""The scenario's names as Result. Source: CMPP 2.0, 7.4.3.2; 9 and above CMPP 3.0."""

_LARGEST = MappingProxyType({Layout.V20: 0xFF, Layout.V30: 0xFFFFFFFF})
"""What fits the field Result."""

_HIGHEST = MappingProxyType({"2.0": V20, "3.0": V30})
_WANTS = MappingProxyType({1: Wants.ALWAYS})
"""Registered_Delivery; 2 of version 2.0 asks for a bill record and no report."""


def status_of_error(error: SubmitError, layout: Layout = Layout.V30) -> int:
    """The Result of a refusal."""
    return min(error, _LARGEST[layout]) if isinstance(error, int) else _ERRORS[error]


def highest_version(text: str) -> int:
    """The version octet of "2.0" or "3.0"."""
    return _HIGHEST[text]


def login_refusal(request: BindRequested, login: Login) -> int:
    """The Status that refuses a login, 0 for none."""
    if not login.knows(request.system_id):
        return SOURCE_ADDRESS
    return 0 if login.password is None or request.proves(login.password) else AUTHENTICATION


def version_refusal(request: BindRequested, highest: int, *, downgrade: bool) -> int:
    """The Status that refuses a version, 0 for none. `downgrade`: it is answered in the highest one instead."""
    return VERSION_TOO_HIGH if request.version > highest | 0x0F and not downgrade else 0


def parts_of(pdu: Pdu) -> list[Part] | NamedError:
    """A SUBMIT as the carrier sees it, a part for each number."""
    fields = pdu.fields
    content = read_content(pdu)
    return parts_of_numbers(
        fields["Src_Id"],
        fields["Dest_terminal_Id"],
        content.coding,
        fields["content"],
        content.payload,
        content.concat,
        _WANTS.get(fields["Registered_Delivery"], Wants.NONE),
    )


class Deliveries:
    """Makes the bodies of DELIVER. `ids`: the carrier's, because deliveries have such ids too."""

    def __init__(self, ids: MessageIds, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock
        self._encoders = {layout: deliver_encoder(layout) for layout in Layout}
        self._times = ReportTimes()
        self._sequence = 0

    def body_of(self, outgoing: Outgoing, layout: Layout) -> bytes:
        """The body of a report or of a reply's part. Raises FieldError when a number does not fit the layout."""
        if not outgoing.wire_id:
            outgoing.wire_id = bytes.fromhex(self._ids.take(self._clock.now_ms()))
        if isinstance(outgoing, ReplyPart):
            return self._reply(outgoing, layout)
        return self._report(outgoing, layout)

    def _report(self, delivery: Delivery, layout: Layout) -> bytes:
        part = delivery.part
        state, _, element = split_code(delivery.code)
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        report = report_content(
            layout,
            Msg_Id=bytes.fromhex(delivery.message_id),
            Stat=state or element,
            Submit_time=self._times.of(delivery.submitted_ms),
            Done_time=self._times.of(delivery.done_ms),
            Dest_terminal_Id=part.destination,
            SMSC_sequence=self._sequence,
        )
        return self._encoders[layout](delivery.wire_id, part.source, 0, 0, part.destination, REPORT, report)

    def _reply(self, reply: ReplyPart, layout: Layout) -> bytes:
        msg_fmt, content = content_of_reply(reply)
        udhi = UDHI if reply.segment.header else 0
        return self._encoders[layout](reply.wire_id, reply.to, udhi, msg_fmt, reply.number, 0, content)
