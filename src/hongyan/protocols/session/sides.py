"""Which way messages flow: a `Customer` submits and is delivered to, a `Carrier` the other way round.

A protocol routes its commands to the handlers here: the request of the peer, and the answer to our own.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import (
    DeliverAnswered,
    Delivered,
    Event,
    Ignored,
    LateAnswer,
    RequestReceived,
    SubmitAnswered,
    SubmitReceived,
    Token,
)
from hongyan.protocols.session.states import RECEIVING, SENDING


class Customer(Session):
    """The side of an SP or ESME: ours, on a link to a carrier."""

    sends = SENDING
    submit_command: ClassVar[int]

    @abstractmethod
    def _read_submit_answer(self, pdu: Any) -> tuple[int, str]:
        """(status, message id) of the answer to a submit; "" for no id."""

    @abstractmethod
    def _deliver_answer(self, pdu: Any, status: int) -> bytes:
        """The frame that answers a deliver."""

    def submit(self, token: Token, body: bytes, now: float) -> int:
        """Send one submit and answer its sequence; `body` from an encoder. Look at `window_free` first."""
        return self._request(self.submit_command, token, body, now)

    def answer_deliver(self, sequence: int, status: int = 0) -> bool:
        """Acknowledge a Delivered, or refuse it. False when it no longer waits."""
        pdu = self._settle(sequence)
        if pdu is None:
            return False
        self._out.append(self._deliver_answer(pdu, status))
        return True

    def _on_submit_answer(self, pdu: Any, now: float, events: list[Event]) -> None:
        status, message_id = self._read_submit_answer(pdu)
        sequence = pdu.sequence
        sent = self._window.pop(sequence, None)
        if sent is not None:
            events.append(SubmitAnswered(sent[0], status, message_id, now - sent[1]))
        elif sequence in self._late:
            events.append(LateAnswer(self._late.pop(sequence), status, message_id))
        else:
            events.append(Ignored(pdu, "nobody asked"))

    def _on_deliver(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(Delivered(pdu.sequence, pdu))

    def _answered(self, token: Token, status: int) -> Event:
        return SubmitAnswered(token, status, "")


class Carrier(Session):
    """The side of a gateway or SMSC: the simulator, and what we are to tenants."""

    sends = RECEIVING
    deliver_command: ClassVar[int]

    @abstractmethod
    def _read_deliver_answer(self, pdu: Any) -> int:
        """Status of the answer to a deliver."""

    @abstractmethod
    def _submit_answer(self, pdu: Any, status: int, message_id: str) -> bytes:
        """The frame that answers a submit."""

    def deliver(self, token: Token, body: bytes, now: float) -> int:
        """Send one deliver and answer its sequence; `body` from an encoder. Look at `window_free` first."""
        return self._request(self.deliver_command, token, body, now)

    def answer_submit(self, sequence: int, status: int = 0, message_id: str = "") -> bool:
        """Answer a SubmitReceived. False when it no longer waits."""
        pdu = self._settle(sequence)
        if pdu is None:
            return False
        self._out.append(self._submit_answer(pdu, status, message_id))
        return True

    def _on_submit(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(SubmitReceived(pdu.sequence, pdu))

    def _on_request(self, pdu: Any, now: float, events: list[Event]) -> None:
        if self._admit(pdu, events):
            events.append(RequestReceived(pdu.sequence, pdu))

    def _on_deliver_answer(self, pdu: Any, now: float, events: list[Event]) -> None:
        sent = self._window.pop(pdu.sequence, None)
        if sent is None:
            self._late.pop(pdu.sequence, None)
            events.append(Ignored(pdu, "nobody waits for this answer"))
        else:
            events.append(DeliverAnswered(sent[0], self._read_deliver_answer(pdu)))

    def _answered(self, token: Token, status: int) -> Event:
        return DeliverAnswered(token, status)
