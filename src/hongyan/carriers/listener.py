"""Where a carrier dials us: SGIP brings reports and texts on connections that the carrier opens.

Anybody can reach an open port: connections are counted, a login must come in time and be right, and what a stranger sends
ends with its connection.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections import Counter
from dataclasses import dataclass

import structlog

from hongyan.carriers.connection import Connection, Ended
from hongyan.carriers.dialects.sgip import SgipDialect
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.samples import ListenerSample
from hongyan.carriers.seldom import Seldom
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Misconfigured
from hongyan.protocols.session.events import Delivered, Event, Ignored, PeerUnbound, ProtocolBroken, Unbound
from hongyan.protocols.sgip.events import BindRequested
from hongyan.protocols.sgip.server import ReverseServerSession

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 64
"""Open at once on one listener; a carrier needs a few, and a flood gets no further. Strangers make room first."""
CLOSE_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int


class Listener:
    """The listener of one channel. `open`, then `close`."""

    def __init__(
        self,
        channel_id: int,
        name: str,
        settings: ListenerSettings,
        dialect: SgipDialect,
        *,
        clock: Clock,
        incoming: Incoming,
    ) -> None:
        self.log = log.bind(channel=name, channel_id=channel_id)
        self._settings = settings
        self._dialect = dialect
        self._clock = clock
        self._incoming = incoming
        self._connections: dict[_Dialled, None] = {}  # the oldest first
        self._server: asyncio.Server | None = None
        self._seldom = Seldom(self.log, clock)
        self._refused: Counter[str] = Counter()
        self._ignored = 0

    async def open(self) -> None:
        """Listen. Raises Misconfigured."""
        loop = asyncio.get_running_loop()
        where = self._settings
        try:
            self._server = await loop.create_server(lambda: _Dialled(self, loop), where.host, where.port)
        except (OSError, OverflowError) as fault:
            raise Misconfigured(
                "channel.cannot_listen",
                en=f"cannot listen for the carrier on {where.host}:{where.port}: {fault}",
                zh=f"无法在 {where.host}:{where.port} 监听运营商的连接：{fault}",
                detail=f"{where.host}:{where.port}: {_system_words(fault)}",
            ) from fault

    @property
    def port(self) -> int:
        """The port in use."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def bound(self) -> int:
        """Connections on which the carrier has logged in."""
        return sum(connection.bound_at is not None for connection in self._connections)

    @property
    def refused(self) -> int:
        """Connections and logins that were turned away."""
        return self._refused.total()

    def sample(self) -> ListenerSample:
        """As it is now."""
        return ListenerSample(len(self._connections), self.bound, dict(self._refused), self._ignored)

    async def close(self) -> None:
        """Take no new connections, say goodbye on the others."""
        if self._server is None:
            return
        self._server.close()
        open_ones = list(self._connections)
        for connection in open_ones:
            if connection.bound_at is not None:
                connection.leave()
            else:
                connection.abort()
        if open_ones:
            await asyncio.wait([connection.ended for connection in open_ones], timeout=CLOSE_WITHIN)
        for connection in list(self._connections):
            connection.abort()
        await self._server.wait_closed()

    # -- for connections -----------------------------------------------------------------------------------

    def admit(self, connection: _Dialled) -> bool:
        """Count a new connection; False when it is one too many. One that has not logged in gives way, so that nobody
        can keep the carrier out by holding connections."""
        if len(self._connections) >= MOST_CONNECTIONS:
            self._turn_away("too_many")
            stranger = self._stranger()
            if stranger is None:
                return False
            self.forget(stranger)
            stranger.abort()
        self._connections[connection] = None
        return True

    def forget(self, connection: _Dialled) -> None:
        """A connection has ended."""
        self._connections.pop(connection, None)

    def _stranger(self) -> _Dialled | None:
        """Of the connections without a login the oldest from the address that holds most of them."""
        strangers = [connection for connection in self._connections if connection.bound_at is None]
        held = Counter(connection.address for connection in strangers)
        return max(strangers, key=lambda connection: held[connection.address], default=None)

    def new_session(self) -> ReverseServerSession:
        return self._dialect.reverse_session(self.now())

    def now(self) -> float:
        return self._clock.monotonic()

    def pump(self) -> None:
        """Nothing is sent on these connections but answers."""

    def answered_some(self) -> None:
        """Nobody waits for it."""

    def handle(self, event: Event, connection: _Dialled) -> None:
        """One event of a session."""
        if isinstance(event, Delivered):
            sequence = event.sequence
            self._incoming.take(event.pdu, lambda status: connection.answer(sequence, status))
        elif isinstance(event, BindRequested):
            self._login(event, connection)
        elif isinstance(event, PeerUnbound | Unbound):
            connection.end(Ended("unbound"))
        elif isinstance(event, ProtocolBroken):
            self._turn_away(event.reason, event.detail)
            connection.end(Ended(event.reason, event.detail))
        elif isinstance(event, Ignored):
            self._ignored += 1
            self._tell(event.reason)

    def _login(self, event: BindRequested, connection: _Dialled) -> None:
        account = self._dialect.account
        right = _same(event.system_id, account.listener_name) & _same(
            event.password, account.listener_password
        )
        if right and account.listener_name:
            connection.session.accept_bind()
            connection.bound_at = self.now()
            self.log.info("a carrier has dialled us")
        else:
            connection.session.refuse_bind()
            self._turn_away("wrong_login")
            connection.end(Ended("wrong_login"))

    def _turn_away(self, why: str, detail: str = "") -> None:
        self._refused[why] += 1
        self._tell(f"{why}: {detail}" if detail else why)

    def _tell(self, what: str) -> None:
        self._seldom.tell("trouble on the carrier's side of a listener", latest=what)


class _Dialled(Connection[ReverseServerSession]):
    """One connection that was opened to us."""

    def __init__(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(listener, listener.new_session(), loop)
        self._listener = listener
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if peer else ""
        if not self._listener.admit(self):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._listener.forget(self)


def _system_words(fault: OSError | OverflowError) -> str:
    """Without the address, which loops put into their own sentence."""
    number = getattr(fault, "errno", None) or 0
    return os.strerror(number) if number > 0 else getattr(fault, "strerror", "") or str(fault)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
