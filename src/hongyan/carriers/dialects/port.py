"""What a link needs of a carrier protocol. Everything else about links is the same for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from hongyan.kernel.clock import Millis
from hongyan.kernel.text import Concat
from hongyan.kernel.visible import visible
from hongyan.messaging.dispatch import AnswerKind
from hongyan.messaging.outgoing import Job
from hongyan.messaging.replies import Named
from hongyan.protocols.session.events import Event, Token
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire.reports import ReceiptFields

LONGEST_WORD = 128
"""Characters of an id, a code or a number of a carrier that are kept; the protocols have room for 65."""


class Verdict(NamedTuple):
    """What a carrier's answer to a submit means. `name`: the protocol's own word for it."""

    kind: AnswerKind
    name: str


class Report(NamedTuple):
    """A delivery report. `carrier_id`: what the submit's answer called the part; `code`: the code to keep."""

    carrier_id: str
    final: bool
    delivered: bool
    code: str


class Text(NamedTuple):
    """A text from a handset, or a part of one. `decode` reads the payload of the whole text. `named`: what the carrier calls
    it."""

    number: str
    access_number: str
    payload: bytes
    decode: Callable[[bytes], str]
    concat: Concat | None
    named: Named


class Content(Protocol):
    """What a message carries, as `protocols` read it. `coding`: of the payload, by the protocol's numbers."""

    @property
    def concat(self) -> Concat | None: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def coding(self) -> int: ...


class ClientSession(Protocol):
    """A session without I/O on our side, as `protocols` has them."""

    timing: Timing

    @property
    def window_free(self) -> int: ...
    @property
    def in_flight(self) -> int: ...
    @property
    def open_requests(self) -> int: ...
    def receive(self, data: bytes, now: float) -> list[Event]: ...
    def tick(self, now: float) -> list[Event]: ...
    def bytes_to_send(self) -> list[bytes]: ...
    def unanswered(self) -> list[Token]: ...
    def connection_lost(self) -> list[Event]: ...
    def submit(self, token: Token, body: bytes, now: float) -> int: ...
    def answer_deliver(self, sequence: int, status: int = 0) -> bool: ...
    def unbind(self, now: float) -> None: ...


class Dialect(Protocol):
    """One carrier account in one protocol. `title`: the protocol with its version. `again`: the answer that asks a
    carrier to deliver once more. `hopeless`: refusals of a login that another try will not change: the name, the secret
    or the version is wrong."""

    title: str
    again: int
    hopeless: frozenset[int]

    def session(self, now: float) -> ClientSession:
        """A new session that has asked to log in."""
        ...

    def body(self, job: Job, part: int, now_ms: Millis) -> bytes:
        """The submit of one part, from 1. Raises FieldError when it does not fit the protocol."""
        ...

    def verdict(self, status: int) -> Verdict:
        """What a non-zero answer means."""
        ...

    def carrier_id(self, said: str) -> str:
        """What a part is called from now on, by what the answer to its submit calls it. Reports call it the same."""
        ...

    def read(self, pdu: Any) -> Report | Text:
        """What a carrier delivers. Never fails on what it holds."""
        ...


def word(text: str) -> str:
    """What a carrier calls something, as every store can keep and index it, and as people can see it."""
    return visible(text.replace("\0", ""))[:LONGEST_WORD]


def named_by(octets: bytes, sequence: int) -> Named:
    """What a field with an id calls a delivery; one of zeros only is none."""
    return Named(octets.hex() if any(octets) else "", sequence)


def report_of(fields: ReceiptFields, carrier_id: Callable[[str], str] = word) -> Report:
    """What a delivery report comes to. `carrier_id`: what it means by the id that it gives."""
    code = report_code(fields.stat, fields.err, delivered=fields.delivered)
    return Report(carrier_id(fields.id), fields.final, fields.delivered, code)


def text_of(
    number: str,
    access_number: str,
    content: Content,
    read: Callable[[bytes, int], str | None],
    named: Named,
) -> Text:
    """A text from a handset. `read`: the text of octets in a coding, None for binary content, which is kept as hex."""
    coding = content.coding
    return Text(
        word(number),
        word(access_number),
        content.payload,
        lambda payload: read(payload, coding) or payload.hex(),
        content.concat,
        named,
    )


def report_code(stat: str, err: str, *, delivered: bool) -> str:
    """The code to keep: a network element's own (`MK:0001`) alone, a bare number with the state it belongs to."""
    if delivered or not err.strip("0"):
        return word(stat)
    return word(f"{stat}:{err}" if err.isdigit() else err)
