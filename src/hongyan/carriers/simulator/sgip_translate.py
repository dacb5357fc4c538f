"""Between the fields of SGIP 1.2 and the carrier's words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hongyan.carriers.simulator.login import Login
from hongyan.carriers.simulator.mainland_translate import content_of_reply, parts_of_numbers
from hongyan.carriers.simulator.parts import Delivery, Part, ReplyPart, Wants, split_code
from hongyan.carriers.simulator.scenario import DELIVERED, WAITING, NamedError, SubmitError
from hongyan.protocols.sgip import UDHI, Pdu, deliver_encoder, read_content, report_encoder
from hongyan.protocols.sgip.encoders import COUNTRY
from hongyan.protocols.sgip.events import BindRequested
from hongyan.protocols.sgip.status import ILLEGAL_LOGIN

_ERRORS: Mapping[NamedError, int] = MappingProxyType(
    {
        "bad_destination": 6,
        "too_long": 8,
        "not_mine": 22,
        "system_error": 32,
        "queue_full": 33,
        "rejected": 53,
        "throttled": 88,
        "bad_source": 102,
    }
)
"""The scenario's names as Result. Source: SGIP 1.2, table of error codes; above 33 SGIP 1.3."""

_LARGEST = 0xFF
"""What fits the fields Result and ErrorCode."""

_WANTS = MappingProxyType({0: Wants.FAILURE, 1: Wants.ALWAYS})
"""ReportFlag; 2 asks for none, 3 for a record of the monthly fee."""

_CODES_BY_STATE = MappingProxyType({DELIVERED: 0, WAITING: 0, "EXPIRED": 61, "REJECTD": 56})
_CODES_BY_ELEMENT = MappingProxyType({"MK:0001": 29, "MK:0005": 108, "MI:0024": 25, "DB:0141": 69})
_FAILED = 53
"""ErrorCode of a report: what the words and the usual codes of other networks are called here. Source: SGIP 1.3, table
of error codes."""

_report_body = report_encoder()
_deliver_body = deliver_encoder()


def status_of_error(error: SubmitError) -> int:
    """The Result of a refusal."""
    return min(error, _LARGEST) if isinstance(error, int) else _ERRORS[error]


def login_refusal(request: BindRequested, login: Login) -> int:
    """The Result that refuses a login, 0 for none."""
    return 0 if login.knows(request.system_id) and login.opens(request.password) else ILLEGAL_LOGIN


def parts_of(pdu: Pdu) -> list[Part] | NamedError:
    """A SUBMIT as the carrier sees it, a part for each number. Numbers without 86 are refused, as gateways do."""
    fields = pdu.fields
    numbers = fields["UserNumber"]
    if not all(number.startswith(COUNTRY) for number in numbers):
        return "bad_destination"
    content = read_content(pdu)
    return parts_of_numbers(
        fields["SPNumber"],
        numbers,
        content.coding,
        fields["content"],
        content.payload,
        content.concat,
        _WANTS.get(fields["ReportFlag"], Wants.NONE),
    )


def state_and_code(code: str) -> tuple[str, int]:
    """What a receipt's code becomes: the word behind State, and ErrorCode."""
    state, number, element = split_code(code)
    if state:
        return state, min(int(number), _LARGEST) if number else _CODES_BY_STATE.get(state, _FAILED)
    return "UNDELIV", _CODES_BY_ELEMENT.get(element, _FAILED)


def report_of(delivery: Delivery) -> bytes:
    """The body of a REPORT. Raises FieldError when the number does not fit."""
    return _report_body(delivery.message_id, delivery.part.destination, *state_and_code(delivery.code))


def deliver_of(reply: ReplyPart) -> bytes:
    """The body of a DELIVER. Raises FieldError when a number does not fit."""
    coding, content = content_of_reply(reply)
    return _deliver_body(reply.number, reply.to, UDHI if reply.segment.header else 0, coding, content)
