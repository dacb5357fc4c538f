"""The two kinds of SGIP connections on the imaginary wire: one to submit, one on which the gateway dials back."""

from __future__ import annotations

from typing import Any

from session_wire import SessionWire

from hongyan.protocols.session.core import Session
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.client import ClientSession, Credentials, ReverseClientSession
from hongyan.protocols.sgip.codec import Pdu, decode
from hongyan.protocols.sgip.encoders import deliver_encoder, report_encoder, submit_encoder
from hongyan.protocols.sgip.sequence import SequenceMaker
from hongyan.protocols.sgip.server import ReverseServerSession, ServerSession

WHO = Credentials("sguser01", "sgpass01")
SP_NODE = 3_010_012_345
GATEWAY_NODE = 101_000
MARCH_15 = 1_710_469_230_000  # 2024-03-15 10:20:30 in Beijing
ID = "b36924b912c8134e00000001"
SUBMIT = submit_encoder(CorpId="12345")("10655012345", "13000000001", content=b"hello")
DELIVER = deliver_encoder()("13000000001", "10655012345", content=b"TD")
REPORT = report_encoder()(ID, "13000000001", "DELIVRD")
STAY = Timing(window=16, enquire_idle=0)


class Wire(SessionWire[ClientSession, ServerSession]):
    """We dial a gateway and submit. `step`: octets that arrive in one read, 0 for all at once."""

    def __init__(self, timing: Timing = STAY, *, step: int = 0) -> None:
        super().__init__(
            ClientSession(timing, 0.0, SequenceMaker(SP_NODE), MARCH_15),
            ServerSession(timing, 0.0, SequenceMaker(GATEWAY_NODE), MARCH_15),
            step=step,
        )

    def bound(self) -> Wire:
        """Bind both ends."""
        self.client.bind(WHO, self.now)
        self.to_server()
        self.server.accept_bind()
        self.to_client()
        return self

    def submit(self, token: object) -> int:
        return self.client.submit(token, SUBMIT, self.now)


class ReverseWire(SessionWire[ReverseClientSession, ReverseServerSession]):
    """A gateway dials us and delivers."""

    def __init__(self, timing: Timing = STAY, *, step: int = 0) -> None:
        super().__init__(
            ReverseClientSession(timing, 0.0, SequenceMaker(GATEWAY_NODE), MARCH_15),
            ReverseServerSession(timing, 0.0, SequenceMaker(SP_NODE), MARCH_15),
            step=step,
        )
        self.customer, self.carrier = self.server, self.client

    def bound(self) -> ReverseWire:
        """Bind both ends."""
        self.client.bind(WHO, self.now)
        self.to_server()
        self.server.accept_bind()
        self.to_client()
        return self

    def deliver(self, token: object) -> int:
        return self.client.report(token, REPORT, self.now)


def sent(session: Session) -> list[tuple[str, int | None, int]]:
    """(name, Result if any, sequence) of what a session wants to send."""
    frames = [decode(frame) for frame in session.bytes_to_send()]
    assert all(isinstance(pdu, Pdu) for pdu in frames)
    return [(pdu.name, pdu.fields.get("Result"), pdu.sequence) for pdu in frames if isinstance(pdu, Pdu)]


def all_ends() -> list[Any]:
    """Sessions of all four ends, bound."""
    wires: list[Any] = [Wire().bound(), ReverseWire().bound()]
    return [session for wire in wires for session in (wire.client, wire.server)]
