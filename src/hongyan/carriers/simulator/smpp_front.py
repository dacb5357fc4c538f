"""The SMPP 3.4 front: the international network's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.front import Front
from hongyan.carriers.simulator.link import TEMPORARY, ServedLink
from hongyan.carriers.simulator.login import SYSTEM_ID, Credentials
from hongyan.carriers.simulator.parts import Outgoing, Part
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.carriers.simulator.smpp_translate import Deliveries, login_refusal, parts_of, status_of_error
from hongyan.kernel.clock import Clock
from hongyan.protocols.session import events as session_events
from hongyan.protocols.session.events import Event, SubmitReceived
from hongyan.protocols.smpp import ServerSession, Timing, status_of
from hongyan.protocols.smpp.events import BindRequested, RequestReceived
from hongyan.protocols.smpp.status import RBINDFAIL, RINVCMDID


class SmppFront(Front):
    """One SMSC."""

    def __init__(
        self, carrier: Carrier, clock: Clock, woken: Callable[[], None], credentials: Credentials
    ) -> None:
        super().__init__(carrier, clock, woken, credentials)
        self.deliveries = Deliveries()

    def make_link(self) -> SmppLink:
        return SmppLink(self)


class SmppLink(ServedLink[ServerSession]):
    """One ESME."""

    too_many = RBINDFAIL

    def __init__(self, front: SmppFront) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(Timing()), now)

    def _refusal(self, request: session_events.BindRequested) -> int:
        return login_refusal(cast(BindRequested, request), self._front.login)

    def _welcome(self, request: session_events.BindRequested) -> None:
        self._session.accept_bind(SYSTEM_ID)

    def _refuse(self, request: session_events.BindRequested, status: int) -> None:
        self._session.refuse_bind(status)

    def _parts_of(self, event: SubmitReceived) -> Sequence[Part] | NamedError:
        return parts_of(event.pdu)

    def _status_of(self, error: SubmitError) -> int:
        return status_of_error(error)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        self._session.deliver(outgoing, self._deliveries.body_of(outgoing), now)

    def _is_temporary(self, status: int) -> bool:
        return status_of(status).kind in TEMPORARY

    def _on_request(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            # submit_multi, data_sm, query_sm, …: not offered
            self._session.answer(event.sequence, RINVCMDID)
