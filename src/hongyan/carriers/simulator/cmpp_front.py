"""The CMPP front: 2.0 and 3.0 on one port. China Mobile's, and China Broadnet's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.cmpp_translate import (
    Deliveries,
    highest_version,
    login_refusal,
    parts_of,
    status_of_error,
)
from hongyan.carriers.simulator.front import Front
from hongyan.carriers.simulator.link import TEMPORARY, ServedLink
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.mainland_translate import statistics
from hongyan.carriers.simulator.message_ids import MessageIds
from hongyan.carriers.simulator.parts import Outgoing, Part
from hongyan.carriers.simulator.scenario import NamedError, SubmitError
from hongyan.kernel.clock import Clock
from hongyan.protocols.cmpp import TIMING, ServerSession, status_of
from hongyan.protocols.cmpp.events import BindRequested, RequestReceived
from hongyan.protocols.cmpp.pdus import CANCEL
from hongyan.protocols.cmpp.status import CANCEL_FAILED, CONNECT_OTHER, OTHER
from hongyan.protocols.session import events as session_events
from hongyan.protocols.session.events import Event, SubmitReceived


class CmppFront(Front):
    """One ISMG. `ids`: the carrier's."""

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

    def make_link(self) -> CmppLink:
        return CmppLink(self)


class CmppLink(ServedLink[ServerSession]):
    """One SP."""

    too_many = CONNECT_OTHER

    def __init__(self, front: CmppFront) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(TIMING), now)

    @property
    def _highest(self) -> int:
        return highest_version(self._carrier.scenario.login.highest_version)

    def _refusal(self, request: session_events.BindRequested) -> int:
        downgrade = self._carrier.scenario.login.downgrade
        return login_refusal(
            cast(BindRequested, request), self._front.login, self._highest, downgrade=downgrade
        )

    def _welcome(self, request: session_events.BindRequested) -> None:
        self._session.accept_bind(self._front.login.secret, self._highest)

    def _refuse(self, request: session_events.BindRequested, status: int) -> None:
        self._session.refuse_bind(status, self._highest)

    def _parts_of(self, event: SubmitReceived) -> Sequence[Part] | NamedError:
        return parts_of(event.pdu)

    def _status_of(self, error: SubmitError) -> int:
        return status_of_error(error, self._session.layout)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        session = self._session
        session.deliver(outgoing, self._deliveries.body_of(outgoing, session.layout), now)

    def _is_temporary(self, status: int) -> bool:
        return status == OTHER or status_of(status).kind in TEMPORARY

    def _on_request(self, event: Event) -> None:
        if not isinstance(event, RequestReceived):
            return
        if event.pdu.command_id == CANCEL:
            answer: dict[str, object] = {"Success_Id": CANCEL_FAILED}
        else:
            answer = event.pdu.fields | statistics(self._carrier.counters)
            answer = {name: value for name, value in answer.items() if name not in ("Reserve", "LinkID")}
        self._session.answer(event.sequence, answer)
