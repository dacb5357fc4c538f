"""Customers of the simulated mainland networks for tests: client links of CMPP, SGIP and SMGP over real sockets.

Each keeps everything that comes, in order, and acknowledges deliveries. `Desk` (SGIP) is where the gateway calls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Self, cast

from hongyan.carriers.simulator.process import Ready
from hongyan.kernel.text import udh
from hongyan.protocols import cmpp, sgip, smgp
from hongyan.protocols.session.events import (
    BindRefused,
    BindRequested,
    Bound,
    Delivered,
    Event,
    SubmitAnswered,
)
from hongyan.protocols.session.states import Mode
from hongyan.protocols.session.timing import Timing

PATIENCE = 10.0
SECRET = "hongyan"
SENDER = "10690001"
SHORT = 140
"""Octets of one short message."""


class Wire(asyncio.Protocol):
    """A session on a socket. `acknowledge`: answer deliveries with this status; None: not at all. `hangs_up` when the session
    is over."""

    hangs_up = True

    def __init__(self, session: Any, acknowledge: int | None = 0) -> None:
        self.session = session
        self.acknowledge = acknowledge
        self.events: list[Event] = []
        self.reads: list[bytes] = []
        self.closed = False
        self._changed = asyncio.Event()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.flush()

    def data_received(self, data: bytes) -> None:
        self.reads.append(data)
        for event in self.session.receive(data, time.monotonic()):
            self.events.append(event)
            self.on_event(event)
        self.flush()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._changed.set()

    def on_event(self, event: Event) -> None:
        if isinstance(event, Delivered) and self.acknowledge is not None:
            self.session.answer_deliver(event.sequence, self.acknowledge)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the carrier does."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def flush(self) -> None:
        frames = self.session.bytes_to_send()
        if frames and self._transport is not None:
            self._transport.write(b"".join(frames))
        if self.hangs_up and self.session.closed and self._transport is not None:
            self._transport.close()

    def raw(self, data: bytes) -> None:
        """Write bytes of the test's own."""
        assert self._transport is not None
        self._transport.write(data)

    def leave(self) -> None:
        """Close without a word."""
        assert self._transport is not None
        self._transport.abort()

    @property
    def bound(self) -> bool:
        return any(isinstance(event, Bound) for event in self.events)

    @property
    def refusal(self) -> int | None:
        return next((event.status for event in self.events if isinstance(event, BindRefused)), None)

    @property
    def answers(self) -> list[SubmitAnswered]:
        return [event for event in self.events if isinstance(event, SubmitAnswered)]

    @property
    def pdus(self) -> list[Any]:
        return [event.pdu for event in self.events if isinstance(event, Delivered)]

    def names(self) -> list[str]:
        """The kinds of events in order of arrival."""
        return [type(event).__name__ for event in self.events]


class Piece(NamedTuple):
    """A part to submit: `content` with its header, when `total` is more than one and `with_header`."""

    content: bytes
    total: int
    index: int
    headed: bool


def pieces(text: str, charset: str, *, wide: bool = False, headed: bool = True) -> list[Piece]:
    """A text in octets, cut without looking, with headers of 6 octets, of 7 (`wide`), or without."""
    whole = text.encode(charset)
    size = len(whole) or 1
    if size > SHORT:
        size = SHORT - (7 if wide else 6)
        size -= size % 2  # UCS-2 characters stay whole, surrogate pairs and those of GB18030 do not
    octets = [whole[at : at + size] for at in range(0, len(whole), size)] or [b""]
    total = len(octets)
    made = []
    for index, payload in enumerate(octets, 1):
        header = b""
        if total > 1 and headed:
            header = bytes((6, 8, 4, 1, 7, total, index)) if wide else udh(7, total, index)
        made.append(Piece(header + payload, total, index, bool(header)))
    return made


FORMATS = {"ascii": 0, "utf-16-be": 8, "gb18030": 15}


class Customer(Wire):
    """A link that submits."""

    protocol: str

    @classmethod
    async def _connect(cls, port: int, session: Any, acknowledge: int | None, *arguments: Any) -> Self:
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(
            lambda: cls(session, acknowledge, *arguments), "127.0.0.1", port
        )
        await link.until(lambda: bool(link.bound or link.refusal is not None or link.closed))
        return link

    def body(self, number: str, piece: Piece, message_format: int, source: str) -> bytes:
        raise NotImplementedError

    def submit(
        self,
        number: str,
        text: str,
        *,
        charset: str = "utf-16-be",
        source: str = SENDER,
        wide: bool = False,
        headed: bool = True,
        order: Sequence[int] | None = None,
    ) -> None:
        """Send one text in as many parts as it needs; the token of each is its index."""
        made = pieces(text, charset, wide=wide, headed=headed)
        for place in order or range(len(made)):
            body = self.body(number, made[place], FORMATS[charset], source)
            self.session.submit(made[place].index, body, time.monotonic())
        self.flush()

    async def submit_and_wait(self, number: str, text: str, **how: Any) -> SubmitAnswered:
        """One part and its answer."""
        before = len(self.answers)
        self.submit(number, text, **how)
        await self.until(lambda: len(self.answers) > before)
        return self.answers[-1]

    @property
    def reports(self) -> list[Any]:
        raise NotImplementedError

    @property
    def replies(self) -> list[Any]:
        raise NotImplementedError


class CmppCustomer(Customer):
    """An SP of China Mobile or China Broadnet."""

    protocol = "cmpp"

    def __init__(self, session: Any, acknowledge: int | None, version: int) -> None:
        super().__init__(session, acknowledge)
        self._encode = cmpp.submit_encoder(cmpp.layout_of(version), Msg_src="901234")

    @classmethod
    async def connect(
        cls,
        port: int,
        *,
        version: int = cmpp.V20,
        name: str = "901234",
        secret: str = SECRET,
        acknowledge: int | None = 0,
        window: int = 1000,
    ) -> Self:
        session = cmpp.ClientSession(Timing(window=window), time.monotonic())
        session.bind(cmpp.Credentials(name, secret, 315102030, version), time.monotonic())
        return await cls._connect(port, session, acknowledge, version)

    def body(self, number: str, piece: Piece, message_format: int, source: str) -> bytes:
        udhi = cmpp.UDHI if piece.headed else 0
        return self._encode(piece.total, piece.index, udhi, message_format, "", source, number, piece.content)

    @property
    def reports(self) -> list[cmpp.ReceiptFields]:
        return [cmpp.parse_report(pdu) for pdu in self.pdus if cmpp.is_report(pdu)]

    @property
    def replies(self) -> list[cmpp.Pdu]:
        return [pdu for pdu in self.pdus if not cmpp.is_report(pdu)]


class SmgpCustomer(Customer):
    """An SP of China Telecom."""

    protocol = "smgp"
    _encode = staticmethod(smgp.submit_encoder())

    @classmethod
    async def connect(
        cls,
        port: int,
        *,
        name: str = "10001234",
        secret: str = SECRET,
        mode: Mode = "transceiver",
        version: int = smgp.VERSION,
        acknowledge: int | None = 0,
        window: int = 1000,
    ) -> Self:
        session = smgp.ClientSession(Timing(window=window), time.monotonic())
        session.bind(smgp.Credentials(name, secret, 315102030, mode, version), time.monotonic())
        return await cls._connect(port, session, acknowledge)

    def body(self, number: str, piece: Piece, message_format: int, source: str) -> bytes:
        if piece.headed or piece.total == 1:
            return self._encode(message_format, "", source, number, piece.content, piece.total, piece.index)
        fields = {
            "MsgType": 6,
            "NeedReport": 1,
            "MsgFormat": message_format,
            "SrcTermID": source,
            "DestTermID": [number],
            "MsgContent": piece.content,
        }
        return smgp.codec.encode_body(
            "SMGP_SUBMIT", fields, {"PkTotal": piece.total, "PkNumber": piece.index}
        )

    @property
    def reports(self) -> list[smgp.ReceiptFields]:
        return [smgp.parse_report(pdu) for pdu in self.pdus if smgp.is_report(pdu)]

    @property
    def replies(self) -> list[smgp.Pdu]:
        return [pdu for pdu in self.pdus if not smgp.is_report(pdu)]


class SgipCustomer(Customer):
    """An SP of China Unicom: submits here, reports and texts at its `Desk`."""

    protocol = "sgip"
    _encode = staticmethod(sgip.submit_encoder(CorpId="12345"))

    @classmethod
    async def connect(
        cls, port: int, *, name: str = "sp", secret: str = SECRET, node: int = 3010012345, counter: int = 0
    ) -> Self:
        sequences = sgip.SequenceMaker(node, counter)
        timing = Timing(window=1000)
        session = sgip.ClientSession(timing, time.monotonic(), sequences, time.time_ns() // 1_000_000)
        session.bind(sgip.Credentials(name, secret), time.monotonic())
        return await cls._connect(port, session, 0)

    def body(self, number: str, piece: Piece, message_format: int, source: str) -> bytes:
        udhi = sgip.UDHI if piece.headed else 0
        return self._encode(source, number, udhi, "", message_format, piece.content)


class Desk:
    """Where a gateway calls: a listening socket, with the connections that came."""

    def __init__(self, login: str, password: str) -> None:
        self._login = login
        self._password = password
        self._sequences = sgip.SequenceMaker(3010012345, 1 << 20)
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Event()
        self.acknowledge: int | None = 0
        self.calls: list[_Call] = []

    async def open(self, port: int = 0) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Call(self), "127.0.0.1", port)
        return cast(int, self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for call in self.calls:
            call.leave()

    def session(self) -> sgip.ReverseServerSession:
        now_ms = time.time_ns() // 1_000_000
        return sgip.ReverseServerSession(sgip.TIMING, time.monotonic(), self._sequences, now_ms)

    def judge(self, session: sgip.ReverseServerSession, request: Any) -> None:
        if (request.system_id, request.password) == (self._login, self._password):
            session.accept_bind()
        else:
            session.refuse_bind()

    def changed(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what the carrier does."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    @property
    def pdus(self) -> list[sgip.Pdu]:
        return [pdu for call in self.calls for pdu in call.pdus]

    @property
    def reports(self) -> list[sgip.ReceiptFields]:
        return [sgip.parse_report(pdu) for pdu in self.pdus if sgip.is_report(pdu)]

    @property
    def replies(self) -> list[sgip.Pdu]:
        return [pdu for pdu in self.pdus if pdu.name == "SGIP_DELIVER"]


class _Call(Wire):
    """One connection that a gateway opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.session(), desk.acknowledge)
        self._desk = desk
        desk.calls.append(self)

    def on_event(self, event: Event) -> None:
        if isinstance(event, BindRequested):
            self._desk.judge(self.session, event)
        self.acknowledge = self._desk.acknowledge
        super().on_event(event)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._desk.changed()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._desk.changed()


# -- one of each --------------------------------------------------------------------------------------------

Connect = Callable[..., Awaitable[Any]]


def cmpp_of(version: int) -> Connect:
    async def connect(port: int, **how: Any) -> CmppCustomer:
        return await CmppCustomer.connect(port, **{"version": version, **how})

    return connect


CUSTOMERS: dict[str, tuple[str, str, Connect]] = {
    "CMPP 2.0": ("mobile", "13800138000", cmpp_of(cmpp.V20)),
    "CMPP 2.1": ("broadnet", "19200138000", cmpp_of(cmpp.V21)),
    "CMPP 3.0": ("mobile", "13800138000", cmpp_of(cmpp.V30)),
    "SMGP": ("telecom", "18900138000", SmgpCustomer.connect),
    "SGIP": ("unicom", "13000138000", SgipCustomer.connect),
}
TWO_WAY = [name for name in CUSTOMERS if name != "SGIP"]


async def customer(ready: Ready, protocol: str, **how: Any) -> tuple[Customer, str, str]:
    """A customer of a protocol, its network, and a phone there."""
    network, number, connect = CUSTOMERS[protocol]
    return await connect(ready.networks[network].port, **how), network, number  # type: ignore[index]
