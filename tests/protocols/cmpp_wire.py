"""Two CMPP sessions on the imaginary wire."""

from __future__ import annotations

import pytest
from session_wire import SessionWire

from hongyan.protocols.cmpp.client import ClientSession, Credentials
from hongyan.protocols.cmpp.codec import CODECS, Pdu
from hongyan.protocols.cmpp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.report import report_content
from hongyan.protocols.cmpp.server import ServerSession
from hongyan.protocols.cmpp.session import TIMING, CmppSession
from hongyan.protocols.session.timing import Timing

SECRET = "test1234"
STAMP = 315_102_030
WHO = Credentials("901234", SECRET, STAMP)
MESSAGE_ID = "37a9478029c20001"
MSG_ID = bytes.fromhex("37a9478029c20002")

VERSIONS = pytest.mark.parametrize("version", [V20, V30], ids=["2.0", "3.0"])

SUBMIT = {
    layout: submit_encoder(layout, Msg_src="901234")(1, 1, 0, 0, "", "106900001234", "13800138000", b"hello")
    for layout in Layout
}
DELIVER = {
    layout: deliver_encoder(layout)(
        MSG_ID,
        "106900001234",
        0,
        0,
        "13800138000",
        1,
        report_content(layout, Msg_Id=bytes.fromhex(MESSAGE_ID), Stat="DELIVRD"),
    )
    for layout in Layout
}


class Wire(SessionWire[ClientSession, ServerSession]):
    """`step`: octets that arrive in one read, 0 for all at once."""

    def __init__(self, timing: Timing | None = None, *, step: int = 0) -> None:
        timing = timing or TIMING
        super().__init__(ClientSession(timing, 0.0), ServerSession(timing, 0.0), step=step)

    def bound(self, version: int = V20) -> Wire:
        """Log in."""
        self.client.bind(Credentials("901234", SECRET, STAMP, version), self.now)
        self.to_server()
        self.server.accept_bind(SECRET)
        self.to_client()
        return self

    def submit(self, token: object) -> int:
        """Send the usual message."""
        return self.client.submit(token, SUBMIT[self.client.layout], self.now)

    def deliver(self, token: object) -> int:
        """Send a report on it."""
        return self.server.deliver(token, DELIVER[self.server.layout], self.now)


def sent(session: CmppSession) -> list[Pdu]:
    """What a session wants to send, read in its own version."""
    found = [CODECS[session.layout].decode(frame) for frame in session.bytes_to_send()]
    assert all(isinstance(pdu, Pdu) for pdu in found)
    return [pdu for pdu in found if isinstance(pdu, Pdu)]


def submit_answer(
    sequence: int, result: int = 0, msg_id: str = MESSAGE_ID, layout: Layout = Layout.V20
) -> bytes:
    """A SUBMIT_RESP."""
    fields = {"Msg_Id": bytes.fromhex(msg_id), "Result": result}
    return CODECS[layout].encode("CMPP_SUBMIT_RESP", fields, sequence)
