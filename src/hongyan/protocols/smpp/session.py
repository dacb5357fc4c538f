"""One SMPP connection without I/O: what a client and a server share."""

from __future__ import annotations

from collections.abc import Mapping

from hongyan.protocols.session.core import Language, Session
from hongyan.protocols.session.events import Event, Ignored
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import (
    FRAME_LIMIT,
    HEADER_SIZE,
    MAX_SEQUENCE,
    NAMES,
    Pdu,
    Unreadable,
    decode,
    encode,
    frame_of,
)
from hongyan.protocols.smpp.states import LEGAL, SESSION
from hongyan.protocols.smpp.status import RINVCMDID, RINVCMDLEN, RUNKNOWNERR
from hongyan.protocols.wire.tlv import TlvValue

SMPP = Language(
    header_size=HEADER_SIZE,
    frame_limit=FRAME_LIMIT,
    last_sequence=MAX_SEQUENCE,
    decode=decode,
    unreadable=Unreadable,
    frame_of=frame_of,
    unbind=pdus.UNBIND,
    heartbeat=pdus.ENQUIRE_LINK,
    malformed=RINVCMDLEN,
    unknown=RINVCMDID,
    last_words=frame_of(pdus.GENERIC_NACK, b"", 0, RINVCMDLEN),
)

_NEVER_WITHOUT_BODY = frozenset({pdus.DELIVER_SM_RESP, pdus.DATA_SM | pdus.RESPONSE})
"""Answers whose message_id stands there beside an error too (4.6.2, 4.7.2): SMSCs exist that cannot read them without."""


class SmppSession(Session):
    """Use ClientSession or ServerSession."""

    language = SMPP
    states = SESSION
    legal = LEGAL

    def __init__(self, timing: Timing, now: float) -> None:
        super().__init__(timing, now)
        self._handlers[pdus.GENERIC_NACK] = self._on_generic_nack

    def answer(
        self,
        sequence: int,
        status: int = 0,
        fields: Mapping[str, object] | None = None,
        tlvs: Mapping[str, TlvValue] | None = None,
    ) -> bool:
        """Answer a request of the peer. False when it no longer waits (answered before, or the link ended)."""
        pdu = self._settle(sequence)
        if pdu is None:
            return False
        self._out.append(encode(f"{pdu.name}_resp", fields or {}, sequence, status, tlvs))
        return True

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes | None:
        known = isinstance(pdu, Pdu) or pdu.known
        answer = pdu.command_id | pdus.RESPONSE if known else pdus.GENERIC_NACK
        body = b"\0" if answer in _NEVER_WITHOUT_BODY else b""
        return frame_of(answer, body, pdu.sequence, status) if answer in NAMES else None

    def _unreadable_status(self, pdu: Unreadable) -> int:
        return pdu.status  # the header still says whether the peer took it

    def _on_generic_nack(self, pdu: Pdu, now: float, events: list[Event]) -> None:
        sent = self._window.pop(pdu.sequence, None)
        if sent is None:
            events.append(Ignored(pdu, f"generic_nack with status 0x{pdu.status:X}"))
        else:
            events.append(self._answered(sent[0], pdu.status or RUNKNOWNERR))  # it is never a success
