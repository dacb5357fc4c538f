"""Two CMPP sessions on the imaginary wire."""

from __future__ import annotations

from session_wire import SessionWire

from hongyan.protocols.cmpp.client import ClientSession, Credentials
from hongyan.protocols.cmpp.encoders import deliver_encoder, submit_encoder
from hongyan.protocols.cmpp.login import V20
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.report import report_content
from hongyan.protocols.cmpp.server import ServerSession
from hongyan.protocols.cmpp.session import TIMING
from hongyan.protocols.session.timing import Timing

SECRET = "test1234"
STAMP = 315_102_030
WHO = Credentials("901234", SECRET, STAMP)
MESSAGE_ID = "37a9478029c20001"
MSG_ID = bytes.fromhex("37a9478029c20002")

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
