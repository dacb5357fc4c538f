"""The SMGP front: China Telecom's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.front import Front
from hongyan.carriers.simulator.link import TEMPORARY, ServedLink
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.mainland_translate import statistics
from hongyan.carriers.simulator.message_ids import MessageIds
from hongyan.carriers.simulator.parts import Outgoing, Part
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.carriers.simulator.smgp_translate import Deliveries, login_refusal, parts_of, status_of_error
from hongyan.kernel.clock import Clock
from hongyan.protocols.session import events as session_events
from hongyan.protocols.session.events import Event, SubmitReceived
from hongyan.protocols.smgp import TIMING, ServerSession, status_of
from hongyan.protocols.smgp.events import BindRequested, RequestReceived

_TOO_MANY_CONNECTIONS = 2


class SmgpFront(Front):
    """One gateway. `ids`: the carrier's."""

    def __init__(
        self,
        carrier: Carrier,
        clock: Clock,
        woken: Callable[[], None],
        credentials: Credentials,
        ids: MessageIds,
    ) -> None:
        super().__init__(carrier, clock, woken, credentials)
        self.deliveries = Deliveries(ids, clock)

    def make_link(self) -> SmgpLink:
        return SmgpLink(self)


class SmgpLink(ServedLink[ServerSession]):
    """One SP."""

    too_many = _TOO_MANY_CONNECTIONS

    def __init__(self, front: SmgpFront) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(TIMING), now)

    def _refusal(self, request: session_events.BindRequested) -> int:
        return login_refusal(cast(BindRequested, request), self._front.login)

    def _welcome(self, request: session_events.BindRequested) -> None:
        self._session.accept_bind(self._front.login.secret)

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
            self._session.answer(event.sequence, event.pdu.fields | statistics(self._carrier.counters))
