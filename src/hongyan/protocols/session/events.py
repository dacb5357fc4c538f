"""What a session of any protocol tells its owner. A protocol may add events of its own below `Event`.

`token` is whatever the owner gave with its request. `sequence` names a request of the peer that the owner must
answer. `pdu` is the `Pdu` or `Unreadable` of the protocol. Slotted and not frozen, because they are made for every
message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from hongyan.protocols.session.states import Mode

Token = Any
BrokenReason = Literal[
    "bad_length",
    "bind_timeout",
    "connection_lost",
    "enquire_unanswered",
    "torn_frame",
    "unbind_timeout",
]
"""bad_length: the byte stream lost its rhythm · bind_timeout: nobody bound in time · connection_lost: the socket
ended · enquire_unanswered: the peer is silent · torn_frame: a frame was begun and not
ended · unbind_timeout: our unbind was not answered."""


class Event:
    """Anything that a session tells."""

    __slots__ = ()


@dataclass(slots=True)
class Bound(Event):
    """We are bound. `system_id`: how the peer names itself, "" when it does not. `version`: the peer's interface
    version, None when it did not say."""

    system_id: str
    version: int | None


@dataclass(slots=True)
class BindRefused(Event):
    """The peer refused our bind; the session is closed."""

    status: int
    name: str


@dataclass(slots=True)
class VersionRefused(BindRefused):
    """The login ended because the peer speaks another version than the one that was asked for: it said so, or it
    accepted the login (`status` 0) and answered in the other version.

    `offered`: the version to ask for instead, as an octet (0x20 is 2.0); 0 when the peer names none.
    """

    offered: int


@dataclass(slots=True)
class DigestMismatch(Event):
    """The digest of the peer's answer is not what our secret makes, although it accepted ours. For the log: products
    compute it in different ways, so the session goes on."""


@dataclass(slots=True)
class SubmitAnswered(Event):
    """The answer to one submit. `message_id` is "" when the peer gave none; `seconds`: how long it took."""

    token: Token
    status: int
    message_id: str
    seconds: float = field(default=0.0, compare=False)


@dataclass(slots=True)
class LateAnswer(Event):
    """An answer to a submit that had already been reported as Lost."""

    token: Token
    status: int
    message_id: str


@dataclass(slots=True)
class Lost(Event):
    """A request without answer in time: the peer may have it or not. It is not sent again."""

    token: Token


@dataclass(slots=True)
class Delivered(Event):
    """A receipt or a reply. Answer with `answer_deliver` when it is stored."""

    sequence: int
    pdu: Any


@dataclass(slots=True)
class Notified(Event):
    """The carrier tells something that is neither; nothing is expected of the owner."""

    pdu: Any


@dataclass(slots=True)
class PeerUnbound(Event):
    """The peer asked to unbind; it is answered and the session is closed."""


@dataclass(slots=True)
class Unbound(Event):
    """Our unbind was answered; the session is closed."""


@dataclass(slots=True)
class ProtocolBroken(Event):
    """The session ended without unbind. Close the socket after the last bytes are sent. `detail`: what the peer sent that
    ended it."""

    reason: BrokenReason
    detail: str = field(default="", compare=False)


@dataclass(slots=True)
class EnquireAnswered(Event):
    """The peer answered our heartbeat after `seconds`."""

    seconds: float


@dataclass(slots=True)
class BindRequested(Event):
    """A client wants to bind. Answer with `accept_bind` or `refuse_bind`. What else its login says (a password, a
    digest) stands in the class that each protocol makes of this one."""

    mode: Mode
    system_id: str


@dataclass(slots=True)
class DigestBindRequested(BindRequested):
    """One that proves itself with a digest. `version`: an octet, what the client wants to speak. `timestamp`: MMDDHHMMSS
    as a number, by its own clock."""

    version: int
    timestamp: int
    authenticator: bytes = field(repr=False)


@dataclass(slots=True)
class RequestReceived(Event):
    """Another request of a client: to query, to cancel and so on. Answer with `answer`."""

    sequence: int
    pdu: Any


@dataclass(slots=True)
class SubmitReceived(Event):
    """A client submits. Answer with `answer_submit`."""

    sequence: int
    pdu: Any


@dataclass(slots=True)
class DeliverAnswered(Event):
    """A client answered one of our delivers."""

    token: Token
    status: int


@dataclass(slots=True)
class Ignored(Event):
    """Something that fits nowhere. What had to be answered has been answered; `reason` is for the log."""

    pdu: Any
    reason: str
