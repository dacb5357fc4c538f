"""Links of SMGP: China Telecom's."""

from __future__ import annotations

from hongyan.carriers.simulator.front import ServingFront
from hongyan.carriers.simulator.link import ServedLink, Words
from hongyan.carriers.simulator.mainland_translate import statistics
from hongyan.carriers.simulator.parts import Outgoing
from hongyan.carriers.simulator.smgp_translate import Deliveries, login_refusal, parts_of, status_of_error
from hongyan.protocols.session.events import Event, RequestReceived
from hongyan.protocols.smgp import TIMING, ServerSession, status_of

_TOO_MANY_CONNECTIONS = 2


class SmgpLink(ServedLink[ServerSession]):
    """One SP."""

    words = Words(
        _TOO_MANY_CONNECTIONS, login_refusal, parts_of, status_of_error, lambda status: status_of(status).kind
    )

    def __init__(self, front: ServingFront[Deliveries]) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(TIMING), now)

    def _welcome(self) -> None:
        self._session.accept_bind(self._front.login.secret)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        self._session.deliver(outgoing, self._deliveries.body_of(outgoing), now)

    def _on_request(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._session.answer(event.sequence, event.pdu.fields | statistics(self._carrier.counters))
