"""One SGIP connection without I/O: what all four ends share.

SGIP has no heartbeat. After `Timing.enquire_idle` seconds without a word from the peer, and when nothing waits for an
answer, a session leaves with UNBIND: a gateway may close the socket after 60 seconds (SGIP 1.2, communication), and a
submit into a dead socket would be lost. 0: stay.
"""

from __future__ import annotations

from hongyan.kernel.clock import Millis
from hongyan.protocols.session.core import Language, Session
from hongyan.protocols.session.events import Event, Token
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import FRAME_LIMIT, HEADER_SIZE, Pdu, decode, encode_body, frame_of
from hongyan.protocols.sgip.sequence import LAST_SEQUENCE, SequenceMaker, message_id
from hongyan.protocols.sgip.states import LEGAL, SESSION
from hongyan.protocols.sgip.status import COMMAND, LENGTH, NODE_BUSY, OK, SEQUENCE
from hongyan.protocols.wire.table import Unreadable

SGIP = Language(
    header_size=HEADER_SIZE,
    frame_limit=FRAME_LIMIT,
    last_sequence=LAST_SEQUENCE,
    decode=decode,
    unreadable=Unreadable,
    frame_of=frame_of,
    unbind=pdus.UNBIND,
    heartbeat=None,
    malformed=LENGTH,
    unknown=COMMAND,
)

TIMING = Timing(window=32, answer_timeout=30.0, enquire_idle=50.0)
"""What the document asks for: 32 without answer, 30 seconds for one, and leaving before the 60 seconds of silence."""

_PLAIN_BODIES = [bytes((result,)) + bytes(8) for result in range(256)]
_OTHER_REFUSALS = {
    pdus.CHECKUSER: lambda status: encode_body("SGIP_CHECKUSER_RESP", {"Result": status}),
    pdus.TRACE: lambda status: encode_body("SGIP_TRACE_RESP", {"items": [{"Result": status}]}),
}
"""Answers that are not Result and Reserve alone."""


def plain_answer(request: Pdu | Unreadable, status: int) -> bytes:
    """The frame of an answer that says Result (0..255) and no more: to every request but TRACE and CHECKUSER."""
    return frame_of(request.command_id | pdus.RESPONSE, _PLAIN_BODIES[status], request.sequence)


class SgipSession(Session):
    """Use ClientSession, ServerSession, ReverseClientSession or ReverseServerSession.

    `sequences`: one maker for all sessions of a node. `now_ms`: what the clocks on the wall (ms UTC) show at `now`.
    """

    language = SGIP
    states = SESSION
    legal = LEGAL
    overflow_status = NODE_BUSY
    repeated_status = SEQUENCE  # SGIP 1.2, communication
    submit_command = pdus.SUBMIT
    deliver_command = pdus.DELIVER

    def __init__(self, timing: Timing, now: float, sequences: SequenceMaker, now_ms: Millis) -> None:
        super().__init__(timing, now)
        self._sequences = sequences
        self._start_ms = now_ms - int(now * 1000)
        self._now = now

    def unbind(self, now: float) -> None:
        self._now = now
        super().unbind(now)

    def _request(self, command_id: int, token: Token, body: bytes, now: float) -> int:
        self._now = now
        return super()._request(command_id, token, body, now)

    def _next_sequence(self) -> int:
        return self._sequences.next(self._start_ms + int(self._now * 1000))

    @property
    def _watched(self) -> bool:
        return self.timing.enquire_idle > 0 and not self._window and not self._open_requests

    def _enquire_due(self) -> float:
        return self._heard + self.timing.enquire_idle

    def _watch(self, now: float, events: list[Event]) -> None:
        if self._watched and now >= self._enquire_due():
            self.unbind(now)

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes:
        other = _OTHER_REFUSALS.get(pdu.command_id)
        if other is None:
            return plain_answer(pdu, status)
        return frame_of(pdu.command_id | pdus.RESPONSE, other(status), pdu.sequence)

    def _unreadable_status(self, pdu: Unreadable) -> int:
        return pdu.raw[HEADER_SIZE] if len(pdu.raw) > HEADER_SIZE else OK  # Result comes first

    # --- every answer says Result, and the message id is the sequence that it repeats ------------------------

    def _read_submit_answer(self, pdu: Pdu) -> tuple[int, str]:
        result: int = pdu.fields["Result"]
        return result, "" if result else message_id(pdu.sequence)

    def _read_deliver_answer(self, pdu: Pdu) -> int:
        result: int = pdu.fields["Result"]
        return result

    def _submit_answer(self, pdu: Pdu, status: int, message_id: str) -> bytes:
        return plain_answer(pdu, status)

    def _deliver_answer(self, pdu: Pdu, status: int) -> bytes:
        return plain_answer(pdu, status)
