"""One CMPP connection without I/O: what a client and a server share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import (
    CODECS,
    FRAME_LIMIT,
    HEADER_SIZE,
    MAX_SEQUENCE,
    NAMES,
    Codec,
    Pdu,
    frame_of,
)
from hongyan.protocols.cmpp.pdus import RESULT_WIDTH, Layout
from hongyan.protocols.cmpp.states import LEGAL, SESSION
from hongyan.protocols.cmpp.status import CANCEL_FAILED, COMMAND, OK, SEQUENCE, STRUCTURE
from hongyan.protocols.session.core import Language, Session
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.wire.table import Unreadable

LANGUAGES = {
    layout: Language(
        header_size=HEADER_SIZE,
        frame_limit=FRAME_LIMIT,
        last_sequence=MAX_SEQUENCE,
        decode=codec.decode,
        unreadable=Unreadable,
        frame_of=frame_of,
        unbind=pdus.TERMINATE,
        heartbeat=pdus.ACTIVE_TEST,
        heartbeat_answer=b"\0",
        malformed=STRUCTURE,
        unknown=COMMAND,
    )
    for layout, codec in CODECS.items()
}

TIMING = Timing(window=16, answer_timeout=60.0, enquire_idle=180.0, enquire_timeout=60.0, enquire_tries=3)
"""The document's own figures: W, T, C and N (6.1, 6.4). The carrier's account sheet overrides them."""

NO_MSG_ID = bytes(8)
_MSG_ID_END = HEADER_SIZE + len(NO_MSG_ID)


def _msg_id(pdu: Pdu | Unreadable) -> bytes:
    """The Msg_Id that begins the body, also of a body that breaks its layout further on."""
    octets: bytes = pdu.fields["Msg_Id"] if isinstance(pdu, Pdu) else pdu.raw[HEADER_SIZE:_MSG_ID_END]
    return octets.ljust(len(NO_MSG_ID), b"\0")


_REFUSALS: dict[int, Callable[[Pdu | Unreadable, int], dict[str, Any]]] = {
    pdus.SUBMIT: lambda pdu, status: {"Result": status},
    pdus.DELIVER: lambda pdu, status: {"Msg_Id": _msg_id(pdu), "Result": status},
    pdus.CANCEL: lambda pdu, status: {"Success_Id": CANCEL_FAILED},
    pdus.ACTIVE_TEST: lambda pdu, status: {},  # with a body that it should not have; the peer asks whether we live
}
"""How a request is refused: the fields of its answer. A QUERY_RESP cannot say no, unknown commands have no answer, and
CONNECT is the server's own business."""


class CmppSession(Session):
    """Use ClientSession or ServerSession. `layout`: what is spoken, settled by the login."""

    language = LANGUAGES[Layout.V20]
    states = SESSION
    legal = LEGAL
    repeated_status = SEQUENCE
    layout = Layout.V20
    _result_width = RESULT_WIDTH[Layout.V20]

    def _settle_layout(self, layout: Layout) -> None:
        self.layout = layout
        self._result_width = RESULT_WIDTH[layout]
        self._speak(LANGUAGES[layout])

    @property
    def _codec(self) -> Codec:
        return CODECS[self.layout]

    def _refusal_frame(self, pdu: Pdu | Unreadable, status: int) -> bytes | None:
        fields = _REFUSALS.get(pdu.command_id)
        if fields is None:
            return None
        answer = NAMES[pdu.command_id | pdus.RESPONSE]
        return self._codec.encode(answer, fields(pdu, status), pdu.sequence)

    def _unreadable_status(self, pdu: Unreadable) -> int:
        """An answer that came and cannot be read: taken, under an id that nobody knows. Sent again, the handset
        might have it twice."""
        return OK
