"""What a session tells its owner.

`token` is whatever the owner gave with its request. `sequence` names a request of the peer that the owner must
answer. Slotted and not frozen, because they are made for every message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hongyan.protocols.smpp.codec import Pdu, Unreadable

Token = Any
Mode = Literal["receiver", "transmitter", "transceiver"]
BrokenReason = Literal[
    "bad_length",
    "bind_timeout",
    "connection_lost",
    "enquire_unanswered",
    "unbind_timeout",
]
"""bad_length: the byte stream lost its rhythm · bind_timeout: nobody bound in time · connection_lost: the socket
ended · enquire_unanswered: the peer is silent · unbind_timeout: our unbind was not answered."""


@dataclass(slots=True)
class Bound:
    """We are bound. `version`: the peer's interface version, None when it did not say."""

    system_id: str
    version: int | None


@dataclass(slots=True)
class BindRefused:
    """The peer refused our bind; the session is closed."""

    status: int
    name: str


@dataclass(slots=True)
class SubmitAnswered:
    """The answer to one submit. `message_id` is "" when the peer gave none."""

    token: Token
    status: int
    message_id: str


@dataclass(slots=True)
class LateAnswer:
    """An answer to a submit that had already been reported as Lost."""

    token: Token
    status: int
    message_id: str


@dataclass(slots=True)
class Lost:
    """A request without answer in time: the peer may have it or not. It is not sent again."""

    token: Token


@dataclass(slots=True)
class Delivered:
    """A receipt or a reply (deliver_sm or data_sm). Answer with `answer_deliver` when it is stored."""

    sequence: int
    pdu: Pdu


@dataclass(slots=True)
class PeerUnbound:
    """The peer asked to unbind; it is answered and the session is closed."""


@dataclass(slots=True)
class Unbound:
    """Our unbind was answered; the session is closed."""


@dataclass(slots=True)
class ProtocolBroken:
    """The session ended without unbind. Close the socket after the last bytes are sent."""

    reason: BrokenReason


@dataclass(slots=True)
class EnquireAnswered:
    """The peer answered our enquire_link after `seconds`."""

    seconds: float


@dataclass(slots=True)
class BindRequested:
    """A client wants to bind. Answer with `accept_bind` or `refuse_bind`."""

    mode: Mode
    system_id: str
    password: str
    system_type: str
    version: int
    address_range: str


@dataclass(slots=True)
class SubmitReceived:
    """A client submits (submit_sm). Answer with `answer_submit`."""

    sequence: int
    pdu: Pdu


@dataclass(slots=True)
class RequestReceived:
    """Another request of a client (submit_multi, data_sm, query_sm, cancel_sm, replace_sm). Answer with `answer`."""

    sequence: int
    pdu: Pdu


@dataclass(slots=True)
class DeliverAnswered:
    """A client answered one of our deliver_sm."""

    token: Token
    status: int


@dataclass(slots=True)
class Notified:
    """outbind or alert_notification; needs no answer."""

    pdu: Pdu


@dataclass(slots=True)
class Ignored:
    """Something that fits nowhere. What had to be answered has been answered; `reason` is for the log."""

    pdu: Pdu | Unreadable
    reason: str


Event = (
    Bound
    | BindRefused
    | SubmitAnswered
    | LateAnswer
    | Lost
    | Delivered
    | PeerUnbound
    | Unbound
    | ProtocolBroken
    | EnquireAnswered
    | BindRequested
    | SubmitReceived
    | RequestReceived
    | DeliverAnswered
    | Notified
    | Ignored
)
