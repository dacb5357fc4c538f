"""Links of SMPP 3.4: the international network's."""

from __future__ import annotations

from hongyan.carriers.simulator.front import ServingFront
from hongyan.carriers.simulator.link import ServedLink, Words
from hongyan.carriers.simulator.login import SYSTEM_ID
from hongyan.carriers.simulator.parts import Outgoing
from hongyan.carriers.simulator.smpp_translate import Deliveries, login_refusal, parts_of, status_of_error
from hongyan.protocols.session.events import Event, RequestReceived
from hongyan.protocols.smpp import ServerSession, Timing, status_of
from hongyan.protocols.smpp.status import RBINDFAIL, RINVCMDID


class SmppLink(ServedLink[ServerSession]):
    """One ESME."""

    words = Words(RBINDFAIL, login_refusal, parts_of, status_of_error, lambda status: status_of(status).kind)

    def __init__(self, front: ServingFront[Deliveries]) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(Timing()), now)

    def _welcome(self) -> None:
        self._session.accept_bind(SYSTEM_ID)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        self._session.deliver(outgoing, self._deliveries.body_of(outgoing), now)

    def _on_request(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            # submit_multi, data_sm, query_sm, …: not offered
            self._session.answer(event.sequence, RINVCMDID)
