"""The SGIP front: China Unicom's. Submits come on connections that customers open, reports and texts leave on those that
the gateway opens to their listeners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.dialling import Caller, DialledLink, DiallingFront
from hongyan.carriers.simulator.link import ServedLink, Words
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.parts import Outgoing, ReplyPart
from hongyan.carriers.simulator.scenario import Listener
from hongyan.carriers.simulator.sgip_translate import (
    deliver_of,
    login_refusal,
    parts_of,
    report_of,
    status_of_error,
)
from hongyan.kernel.clock import Clock
from hongyan.protocols.session.events import SubmitReceived
from hongyan.protocols.sgip import (
    TIMING,
    ReverseClientSession,
    SequenceMaker,
    ServerSession,
    message_id,
    status_of,
)
from hongyan.protocols.sgip import Credentials as SgipCredentials
from hongyan.protocols.sgip.status import TOO_MANY_CONNECTIONS

_SERVED = replace(TIMING, enquire_idle=60.0)
"""A gateway ends a connection after so many seconds of silence (SGIP 1.2, communication)."""

_WORDS = Words(
    TOO_MANY_CONNECTIONS, login_refusal, parts_of, status_of_error, lambda status: status_of(status).kind
)


class SgipFront(DiallingFront):
    """One SMG. `node`: its node number."""

    def __init__(
        self,
        carrier: Carrier,
        clock: Clock,
        woken: Callable[[], None],
        credentials: Credentials,
        node: int,
    ) -> None:
        super().__init__(carrier, clock, woken, credentials)
        self.sequences = SequenceMaker(node, counter=clock.now_ms())

    def make_link(self) -> SgipLink:
        return SgipLink(self)

    def make_dialled_link(self, caller: Caller, listener: Listener) -> SgipDialledLink:
        return SgipDialledLink(self, caller, listener)


class SgipLink(ServedLink[ServerSession]):
    """One SP that submits."""

    _front: SgipFront
    words = _WORDS

    def _open_session(self, now: float) -> ServerSession:
        front = self._front
        return ServerSession(self._timing(_SERVED), now, front.sequences, front.clock.now_ms())

    def _welcome(self) -> None:
        self._session.accept_bind()

    def _own_id(self, event: SubmitReceived) -> str:
        return message_id(event.sequence)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        raise RuntimeError("SGIP delivers on connections that the gateway opens")


class SgipDialledLink(DialledLink[ReverseClientSession]):
    """One SP's listener."""

    _front: SgipFront
    words = _WORDS

    def __init__(self, front: SgipFront, caller: Caller, listener: Listener) -> None:
        super().__init__(front, caller)
        self._listener = listener

    def _open_session(self, now: float) -> ReverseClientSession:
        front = self._front
        return ReverseClientSession(self._timing(TIMING), now, front.sequences, front.clock.now_ms())

    def _log_in(self, now: float) -> None:
        self._session.bind(SgipCredentials(self._listener.login, self._listener.password), now)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        if isinstance(outgoing, ReplyPart):
            self._session.deliver(outgoing, deliver_of(outgoing), now)
        else:
            self._session.report(outgoing, report_of(outgoing), now)
