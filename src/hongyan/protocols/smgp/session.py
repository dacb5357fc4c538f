"""One SMGP connection without I/O: what a client and a server share."""

from __future__ import annotations

from collections.abc import Callable

from hongyan.protocols.session.core import Language, Session
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.codec import FRAME_LIMIT, HEADER_SIZE, MAX_SEQUENCE, Pdu, decode, frame_of
from hongyan.protocols.smgp.msg_id import NO_ID
from hongyan.protocols.smgp.pdus import MESSAGE_ID_SIZE
from hongyan.protocols.smgp.states import LEGAL, SESSION
from hongyan.protocols.smgp.status import COMMAND, OK, SEQUENCE, STRUCTURE
from hongyan.protocols.wire.table import Unreadable

SMGP = Language(
    header_size=HEADER_SIZE,
    frame_limit=FRAME_LIMIT,
    last_sequence=MAX_SEQUENCE,
    decode=decode,
    unreadable=Unreadable,
    frame_of=frame_of,
    unbind=pdus.EXIT,
    heartbeat=pdus.ACTIVE_TEST,
    malformed=STRUCTURE,
    unknown=COMMAND,
)

TIMING = Timing(window=16, answer_timeout=60.0, enquire_idle=180.0, enquire_timeout=60.0, enquire_tries=3)
"""The document's own figures: W, T, C and N. The carrier's account sheet overrides them."""

STATUS_SIZE = 4
_ID_END = HEADER_SIZE + MESSAGE_ID_SIZE
_ANSWER_SIZE = _ID_END + STATUS_SIZE


def _message_id(pdu: Pdu | Unreadable) -> bytes:
    """The MsgID that begins the body, also of a body that breaks its layout further on."""
    octets: bytes = pdu.fields["MsgID"] if isinstance(pdu, Pdu) else pdu.raw[HEADER_SIZE:_ID_END]
    return octets.ljust(MESSAGE_ID_SIZE, b"\0")


def _status(status: int) -> bytes:
    return status.to_bytes(STATUS_SIZE, "big")


_REFUSALS: dict[int, Callable[[Pdu | Unreadable, int], bytes]] = {
    pdus.SUBMIT: lambda pdu, status: NO_ID + _status(status),
    pdus.DELIVER: lambda pdu, status: _message_id(pdu) + _status(status),
    pdus.ACTIVE_TEST: lambda pdu, status: (
        b""
    ),  # with a body that it should not have; the peer asks whether we live
    pdus.EXIT: lambda pdu, status: b"",  # the same, and the peer leaves
}
"""How a request is refused: the body of its answer. A QUERY_RESP cannot say no, unknown commands have no answer, and
LOGIN is the server's own business."""


class SmgpSession(Session):
    """Use ClientSession or ServerSession."""

    language = SMGP
    states = SESSION
    legal = LEGAL
    repeated_status = SEQUENCE

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes | None:
        body = _REFUSALS.get(pdu.command_id)
        if body is None:
            return None
        return frame_of(pdu.command_id | pdus.RESPONSE, body(pdu, status), pdu.sequence)

    def _unreadable_status(self, pdu: Unreadable) -> int:
        """The Status, where it stands in spite of what is wrong. An answer too short for one came all the same: taken,
        under an id that nobody knows. Sent again, the handset might have it twice."""
        return int.from_bytes(pdu.raw[_ID_END:_ANSWER_SIZE], "big") if len(pdu.raw) >= _ANSWER_SIZE else OK
