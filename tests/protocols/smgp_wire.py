"""Two SMGP sessions on the imaginary wire."""

from __future__ import annotations

from session_wire import SessionWire

from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp.client import ClientSession, Credentials
from hongyan.protocols.smgp.codec import Pdu, decode, encode
from hongyan.protocols.smgp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.smgp.report import REPORT, report_content
from hongyan.protocols.smgp.server import ServerSession
from hongyan.protocols.smgp.session import TIMING, SmgpSession

SECRET = "smgpsecret"
STAMP = 315_102_030
WHO = Credentials("10001234", SECRET, STAMP)
MESSAGE_ID = "01006103151020012345"
DELIVER_ID = bytes.fromhex("01006103151021000001")

SUBMIT = submit_encoder()(0, "", "1069012345", "18900000001", b"hello")
DELIVER = deliver_encoder()(
    DELIVER_ID,
    REPORT,
    0,
    "20240315102130",
    "18900000001",
    "1069012345",
    report_content(bytes.fromhex(MESSAGE_ID), "DELIVRD", "2403151020", "2403151021"),
)


class Wire(SessionWire[ClientSession, ServerSession]):
    """`step`: octets that arrive in one read, 0 for all at once."""

    def __init__(self, timing: Timing | None = None, *, step: int = 0) -> None:
        timing = timing or TIMING
        super().__init__(ClientSession(timing, 0.0), ServerSession(timing, 0.0), step=step)

    def bound(self, mode: Mode = "transceiver") -> Wire:
        """Log in."""
        self.client.bind(Credentials("10001234", SECRET, STAMP, mode), self.now)
        self.to_server()
        self.server.accept_bind(SECRET)
        self.to_client()
        return self

    def submit(self, token: object) -> int:
        return self.client.submit(token, SUBMIT, self.now)

    def deliver(self, token: object) -> int:
        return self.server.deliver(token, DELIVER, self.now)


def sent(session: SmgpSession) -> list[Pdu]:
    """What a session wants to send, read."""
    found = [decode(frame) for frame in session.bytes_to_send()]
    assert all(isinstance(pdu, Pdu) for pdu in found)
    return [pdu for pdu in found if isinstance(pdu, Pdu)]


def submit_answer(sequence: int, status: int = 0, message_id: str = MESSAGE_ID) -> bytes:
    """A SUBMIT_RESP."""
    return encode("SMGP_SUBMIT_RESP", {"MsgID": bytes.fromhex(message_id), "Status": status}, sequence)
