"""Links of CMPP, 2.0 and 3.0 on one port: China Mobile's, and China Broadnet's."""

from __future__ import annotations

from typing import cast

from hongyan.carriers.simulator.cmpp_translate import (
    Deliveries,
    highest_version,
    login_refusal,
    parts_of,
    status_of_error,
    version_refusal,
)
from hongyan.carriers.simulator.front import ServingFront
from hongyan.carriers.simulator.link import ServedLink, Words
from hongyan.carriers.simulator.mainland_translate import statistics
from hongyan.carriers.simulator.parts import Outgoing
from hongyan.carriers.simulator.scenario import SubmitError
from hongyan.protocols.cmpp import TIMING, ServerSession, status_of
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.pdus import CANCEL
from hongyan.protocols.cmpp.status import CANCEL_FAILED, CONNECT_OTHER, OTHER
from hongyan.protocols.session import events
from hongyan.protocols.session.events import Event, RequestReceived


class CmppLink(ServedLink[ServerSession]):
    """One SP."""

    words = Words(
        CONNECT_OTHER, login_refusal, parts_of, status_of_error, lambda status: status_of(status).kind
    )

    def __init__(self, front: ServingFront[Deliveries]) -> None:
        super().__init__(front)
        self._deliveries = front.deliveries

    def _open_session(self, now: float) -> ServerSession:
        return ServerSession(self._timing(TIMING), now)

    @property
    def _highest(self) -> int:
        return highest_version(self._carrier.scenario.login.highest_version)

    def _refusal(self, request: events.BindRequested) -> int:
        downgrade = self._carrier.scenario.login.downgrade
        asked = cast(BindRequested, request)
        return super()._refusal(asked) or version_refusal(asked, self._highest, downgrade=downgrade)

    def _welcome(self) -> None:
        self._session.accept_bind(self._front.login.secret, self._highest)

    def _refuse(self, status: int) -> None:
        self._session.refuse_bind(status, self._highest)

    def _status_of(self, error: SubmitError) -> int:
        return status_of_error(error, self._session.layout)

    def _send(self, outgoing: Outgoing, now: float) -> None:
        session = self._session
        session.deliver(outgoing, self._deliveries.body_of(outgoing, session.layout), now)

    def _is_temporary(self, status: int) -> bool:
        return status == OTHER or super()._is_temporary(status)

    def _on_request(self, event: Event) -> None:
        if not isinstance(event, RequestReceived):
            return
        if event.pdu.command_id == CANCEL:
            answer: dict[str, object] = {"Success_Id": CANCEL_FAILED}
        else:
            answer = event.pdu.fields | statistics(self._carrier.counters)
            answer = {name: value for name, value in answer.items() if name not in ("Reserve", "LinkID")}
        self._session.answer(event.sequence, answer)
