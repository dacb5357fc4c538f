"""What is fuzzed: every protocol with its connections, as a table. Both ends of a connection have an owner that does what
owners do, so that a conversation can be held, recorded, spoilt and held again with one end only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cmpp_wire
import sgip_wire
import smgp_wire
import smpp_wire

from hongyan.carriers.dialects.cmpp import CmppAccount, CmppDialect
from hongyan.carriers.dialects.port import Text
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.dialects.smgp import SmgpAccount, SmgpDialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.kernel.clock import ManualClock
from hongyan.protocols import cmpp, sgip, smgp, smpp
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.dialects import Dialect, DialectName, dialect
from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import (
    BindRequested,
    Bound,
    DeliverAnswered,
    Delivered,
    Event,
    LateAnswer,
    Lost,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.sequence import SequenceMaker

TIMING = Timing(window=16, open_requests=50, answer_timeout=60.0, enquire_idle=30.0)
_VECTORS = Path(__file__).parents[1] / "vectors"

Read = Callable[[Any], object]
"""What an owner makes of a message PDU; it must not fail on anything."""


@dataclass(frozen=True, repr=False)
class End:
    """One end of a connection. `open`: its session; a client's has asked to log in. `requests`: functions that send what
    this end sends once it is bound, given the session and a token. `takes`: names of the messages that it is sent."""

    open: Callable[[], Any]
    requests: tuple[Callable[[Any, object], object], ...]
    takes: frozenset[str]
    read: Read
    accept: Callable[[Any], None] = lambda _session: None
    message_id: str = ""


@dataclass(frozen=True)
class Talk:
    """One connection: who dials, and who is dialled."""

    name: str
    client: End
    server: End


@dataclass(frozen=True)
class Subject:
    """One protocol in one version."""

    name: DialectName
    talks: tuple[Talk, ...]

    @property
    def spoken(self) -> Dialect:
        return dialect(self.name)

    @property
    def vectors(self) -> list[bytes]:
        found = json.loads((_VECTORS / f"{self.name}.json").read_text("utf-8"))
        return [bytes.fromhex(each["hex"]) for each in found]


class Owner:
    """The owner of one end: answers what comes, sends what its end sends, and counts what becomes of it."""

    def __init__(self, end: End) -> None:
        self.end = end
        self.session: Session = end.open()
        self.sent = 0
        self.settled: Counter[object] = Counter()
        self.lost: set[object] = set()
        self.events: list[Event] = []

    def hear(self, data: bytes, now: float = 0.0) -> None:
        """Octets of the peer."""
        for event in self.session.receive(data, now):
            self._take(event)

    def wait(self, now: float) -> None:
        """Time has passed."""
        for event in self.session.tick(now):
            self._take(event)

    def says(self) -> list[bytes]:
        return self.session.bytes_to_send()

    def end_of_all(self) -> list[object]:
        """The connection is gone: tokens that were never settled."""
        for event in self.session.connection_lost():
            self._take(event)
        return self.session.unanswered()

    def _take(self, event: Event) -> None:
        self.events.append(event)
        session: Any = self.session
        if isinstance(event, BindRequested):
            self.end.accept(session)
            self._send()
        elif isinstance(event, Bound):
            self._send()
        elif isinstance(event, SubmitReceived):
            self.end.read(event.pdu)
            session.answer_submit(event.sequence, len(self.events) % 2, self.end.message_id)
        elif isinstance(event, Delivered):
            self.end.read(event.pdu)
            session.answer_deliver(event.sequence, len(self.events) % 2)
        elif isinstance(event, SubmitAnswered | DeliverAnswered):
            self.settled[event.token] += 1
        elif isinstance(event, Lost):
            self.settled[event.token] += 1
            self.lost.add(event.token)
        elif isinstance(event, LateAnswer):
            assert event.token in self.lost

    def _send(self) -> None:
        for send in self.end.requests:
            if self.session.window_free > 0:
                send(self.session, self.sent)
                self.sent += 1


@dataclass
class Conversation:
    """What both ends said, frame by frame."""

    client: list[bytes] = field(default_factory=list)
    server: list[bytes] = field(default_factory=list)


def converse(talk: Talk) -> Conversation:
    """Log in, send everything both ways, ask for life, leave."""
    said = Conversation()
    client, server = Owner(talk.client), Owner(talk.server)

    def exchange() -> None:
        while True:
            out, back = client.says(), server.says()
            if not out and not back:
                return
            said.client += out
            said.server += back
            server.hear(b"".join(out))
            client.hear(b"".join(back))

    exchange()
    for owner in (client, server):
        owner.wait(TIMING.enquire_idle)
        exchange()
    if client.session.state is State.BOUND:  # SGIP has no heartbeat and leaves by itself
        client.session.unbind(TIMING.enquire_idle)
        exchange()
    return said


# -- what owners do ------------------------------------------------------------------------------------------


def _submits(*bodies: bytes) -> tuple[Callable[[Any, object], object], ...]:
    return tuple(lambda session, token, body=body: session.submit(token, body, 0.0) for body in bodies)


def _delivers(*bodies: bytes) -> tuple[Callable[[Any, object], object], ...]:
    return tuple(lambda session, token, body=body: session.deliver(token, body, 0.0) for body in bodies)


def _reads(link_side: Any) -> Read:
    """As a link reads deliveries, with the text decoded."""

    def read(pdu: Any) -> object:
        found = link_side.read(pdu)
        return found.decode(found.payload) if isinstance(found, Text) else found

    return read


_CLOCK = ManualClock(1_780_000_000_000)
_PART = b"\5\0\3\7\2\1" + "您好".encode("utf-16-be")
_REPLY = "退订".encode("utf-16-be")


def _smpp() -> Talk:
    who = smpp.Credentials("esme01", "secret08")
    submit, deliver = smpp.submit_encoder(), smpp.deliver_encoder()

    def open_client() -> smpp.ClientSession:
        session = smpp.ClientSession(TIMING, 0.0)
        session.bind(who, 0.0)
        return session

    return Talk(
        "smpp",
        End(
            open_client,
            _submits(smpp_wire.SUBMIT, submit("1069", "8613800138000", smpp.UDHI, "", 8, _PART)),
            frozenset({"deliver_sm", "data_sm"}),
            _reads(SmppDialect(SmppAccount("esme01", "secret08"), TIMING)),
        ),
        End(
            lambda: smpp.ServerSession(TIMING, 0.0),
            _delivers(smpp_wire.DELIVER, deliver("8613800138000", "1069", 0, "", 8, _REPLY)),
            frozenset({"submit_sm"}),
            lambda pdu: smpp.read_content(pdu).text,
            lambda session: session.accept_bind("SMSC01"),
            "0a1b2c",
        ),
    )


def _cmpp(version: int) -> Talk:
    layout = Layout.V20 if version == V20 else Layout.V30
    account = CmppAccount("901234", cmpp_wire.SECRET, version)
    link_side = CmppDialect(account, TIMING, _CLOCK)
    part = cmpp.submit_encoder(layout, Msg_src="901234")(2, 1, 1, 8, "", "1069", "13800138000", _PART)
    reply = cmpp.deliver_encoder(layout)(cmpp_wire.MSG_ID, "1069", 0, 8, "13800138000", 0, _REPLY)

    def text(pdu: Any) -> object:
        content = cmpp.read_content(pdu)
        return cmpp.text_of(content.payload, content.coding)

    return Talk(
        f"cmpp {layout.value}",
        End(
            lambda: link_side.session(0.0),
            _submits(cmpp_wire.SUBMIT[layout], part),
            frozenset({"CMPP_DELIVER"}),
            _reads(link_side),
        ),
        End(
            lambda: cmpp.ServerSession(TIMING, 0.0),
            _delivers(cmpp_wire.DELIVER[layout], reply),
            frozenset({"CMPP_SUBMIT"}),
            text,
            lambda session: session.accept_bind(cmpp_wire.SECRET),
            cmpp_wire.MESSAGE_ID,
        ),
    )


def _smgp() -> Talk:
    link_side = SmgpDialect(SmgpAccount("10001234", smgp_wire.SECRET), TIMING, _CLOCK)
    part = smgp.submit_encoder()(8, "", "1069012345", "18900000001", _PART, 2, 1)

    def text(pdu: Any) -> object:
        content = smgp.read_content(pdu)
        return smgp.text_of(content.payload, content.coding)

    return Talk(
        "smgp",
        End(
            lambda: link_side.session(0.0),
            _submits(smgp_wire.SUBMIT, part),
            frozenset({"SMGP_DELIVER"}),
            _reads(link_side),
        ),
        End(
            lambda: smgp.ServerSession(TIMING, 0.0),
            _delivers(smgp_wire.DELIVER),
            frozenset({"SMGP_SUBMIT"}),
            text,
            lambda session: session.accept_bind(smgp_wire.SECRET),
            smgp_wire.MESSAGE_ID,
        ),
    )


def _sgip() -> tuple[Talk, ...]:
    def opened(kind: Any, node: int) -> Callable[[], Any]:
        def open_it() -> Any:
            session = kind(TIMING, 0.0, SequenceMaker(node), sgip_wire.MARCH_15)
            if hasattr(session, "bind"):
                session.bind(sgip_wire.WHO, 0.0)
            return session

        return open_it

    def text(pdu: Any) -> object:
        content = sgip.read_content(pdu)
        return sgip.text_of(content.payload, content.coding)

    reads = _reads(SgipDialect(SgipAccount("sguser01", "sgpass01", sgip_wire.SP_NODE), TIMING, _CLOCK))
    part = sgip.submit_encoder(CorpId="12345")("1069", "13000000001", 1, "", 8, _PART)
    return (
        Talk(
            "sgip",
            End(
                opened(sgip.ClientSession, sgip_wire.SP_NODE),
                _submits(sgip_wire.SUBMIT, part),
                frozenset(),
                text,
            ),
            End(
                opened(sgip.ServerSession, sgip_wire.GATEWAY_NODE),
                (),
                frozenset({"SGIP_SUBMIT"}),
                text,
                lambda session: session.accept_bind(),
                sgip_wire.ID,
            ),
        ),
        Talk(
            "sgip reverse",
            End(
                opened(sgip.ReverseClientSession, sgip_wire.GATEWAY_NODE),
                (
                    *_delivers(sgip_wire.DELIVER),
                    lambda session, token: session.report(token, sgip_wire.REPORT, 0.0),
                ),
                frozenset(),
                text,
            ),
            End(
                opened(sgip.ReverseServerSession, sgip_wire.SP_NODE),
                (),
                frozenset({"SGIP_DELIVER", "SGIP_REPORT"}),
                reads,
                lambda session: session.accept_bind(),
            ),
        ),
    )


SUBJECTS = (
    Subject("smpp34", (_smpp(),)),
    Subject("cmpp2", (_cmpp(V20),)),
    Subject("cmpp3", (_cmpp(V30),)),
    Subject("sgip", _sgip()),
    Subject("smgp", (_smgp(),)),
)
