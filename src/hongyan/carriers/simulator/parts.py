"""What travels through the simulated carrier, whatever protocol brought it.

A protocol front turns a submit into a `Part` and an `Answer` into its response, and a `Delivery` (a receipt) or a
`ReplyPart` into its deliver. Nothing here knows a wire format.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from types import MappingProxyType

import msgspec

from hongyan.carriers.simulator.scenario import DELIVERED, WAITING, SubmitError
from hongyan.kernel.clock import Millis
from hongyan.kernel.numbers import vendor_form
from hongyan.kernel.text import Alphabet, Segment, decode


class Charset(enum.IntEnum):
    """How a body is to be read."""

    GSM7 = 0
    ASCII = 1
    LATIN1 = 2
    UCS2 = 3
    GBK = 4
    BINARY = 5


class Wants(enum.IntEnum):
    """Which receipts the sender asked for."""

    NONE = 0
    ALWAYS = 1
    FAILURE = 2


class Part(msgspec.Struct, frozen=True, gc=False):
    """One submitted part. Addresses as on the wire; `number` is the phone as its owner writes it.

    `body`: user data without the concatenation header. `reference`, `total`, `index`: of that header,
    (0, 1, 1) without one.
    """

    source: str
    destination: str
    number: str
    charset: Charset
    body: bytes
    reference: int
    total: int
    index: int
    wants: Wants


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What to say to a submit: an error, or a message id. Say it after `hold` seconds, or never when `mute`."""

    error: SubmitError | None
    message_id: str
    hold: float
    mute: bool = False


class Delivery(msgspec.Struct, gc=False):
    """An accepted part on its way to the phone, later the receipt about it. `code` is the receipt's.

    `reply`: what the phone's owner answers, "" for nothing. `wire_id`: how the front called it when it first sent it,
    so that it has the same name when it is sent again; the front's business.
    """

    message_id: str
    part: Part
    code: str
    submitted_ms: Millis
    done_ms: Millis
    copies: int
    lost: bool
    reply: str = ""
    wire_id: bytes = b""


class ReplyPart(msgspec.Struct, gc=False):
    """One part of a text typed on a phone, on its way to an access number. `wire_id`: as of a Delivery."""

    number: str
    to: str
    segment: Segment
    wire_id: bytes = b""


STATES = frozenset({DELIVERED, WAITING, "EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD"})
"""The words that all protocols have for a state. Source: CMPP 2.0, 7.4.5.1; SMPP 3.4, appendix B."""

_FAMILIES: Mapping[str, str] = MappingProxyType(
    {"MI": "EXPIRED", "MJ": "DELETED", "MM": "UNKNOWN", "MN": "REJECTD"}
)
"""By the first two letters; every other family is UNDELIV. Source: carrier-protocols notes, 7.1."""

_UNDELIVERABLE = "UNDELIV"

Outgoing = Delivery | ReplyPart
"""What waits for a link that may receive."""


_READERS: Mapping[Charset, Callable[[bytes], str]] = MappingProxyType(
    {
        Charset.GSM7: lambda body: decode(body, Alphabet.GSM7),
        Charset.ASCII: lambda body: body.decode("ascii", "replace"),
        Charset.LATIN1: lambda body: body.decode("latin-1"),
        Charset.UCS2: lambda body: decode(body, Alphabet.UCS2),
        Charset.GBK: lambda body: body.decode("gb18030", "replace"),
        Charset.BINARY: bytes.hex,
    }
)


def text_of(part: Part) -> str:
    """What a phone shows of one part; never fails. Binary bodies read as hexadecimal digits."""
    return _READERS[part.charset](part.body)


def text_of_all(parts: Iterable[Part]) -> str:
    """What a phone shows of parts that follow each other. It reads their octets together, so that a character that a
    sender cut in two is whole again."""
    return "".join(
        _READERS[charset](b"".join(part.body for part in neighbours))
        for charset, neighbours in groupby(parts, key=lambda part: part.charset)
    )


def split_code(code: str) -> tuple[str, str, str]:
    """A receipt's code as (state, number, element code): `UNDELIV:601` is ("UNDELIV", "601", ""), `MK:0001` is
    ("", "", "MK:0001")."""
    state, _, number = code.partition(":")
    return (state, number, "") if state in STATES else ("", "", code)


def family_state(element_code: str) -> str:
    """The final state behind a network element's code, by its letters: what travels where a state must stand."""
    return _FAMILIES.get(element_code[:2], _UNDELIVERABLE)


def national(address: str) -> str:
    """A phone number as its owner writes it: mainland ones without country code, others as international digits."""
    return vendor_form(address.removeprefix("+").removeprefix("00"))
