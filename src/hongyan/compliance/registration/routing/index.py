"""Where each signature stands on each network with each sender: in memory, a look into a table for a message. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import RegistrationState


class Stand(NamedTuple):
    """What routing and judging need to know of a registration. `coded`: its number has an extension code."""

    registration_id: int
    signature_id: int
    network: str
    sender: str
    state: RegistrationState
    reason: ReasonCode
    since_ms: int
    doubt: bool
    coded: bool = True


class StandingIndex:
    """Registrations by (signature, network, sender)."""

    def __init__(self) -> None:
        self._stands: dict[tuple[int, str, str], Stand] = {}
        self._senders: dict[tuple[int, str], list[str]] = {}
        self._of_signature: dict[int, list[tuple[int, str, str]]] = {}

    @property
    def count(self) -> int:
        """Registrations in memory."""
        return len(self._stands)

    def put(self, stand: Stand) -> None:
        """From now on this is known of a place, of which nothing was known."""
        key = stand.signature_id, stand.network, stand.sender
        self._stands[key] = stand
        if stand.coded:
            self._senders.setdefault(key[:2], []).append(stand.sender)
        self._of_signature.setdefault(stand.signature_id, []).append(key)

    def drop(self, signature_id: int) -> None:
        """Nothing is known of a signature."""
        for key in self._of_signature.pop(signature_id, ()):
            del self._stands[key]
            self._senders.pop(key[:2], None)

    def become(self, other: StandingIndex) -> None:
        """Hold what another one holds, which is not used any more."""
        self._stands, self._senders = other._stands, other._senders
        self._of_signature = other._of_signature

    def at(self, signature_id: int, network: str, sender: str) -> Stand | None:
        """The registration that a sender falls under: its own, else the longest one with an extension code that it begins
        with, because behind a code there may be digits of the tenant's own. Digits behind a bare access number make another
        number, which is registered itself or not at all."""
        found = self._stands.get((signature_id, network, sender))
        if found is not None:
            return found
        registered = self._senders.get((signature_id, network))
        if registered is None:
            return None
        fitting = [each for each in registered if sender.startswith(each)]
        return self._stands[signature_id, network, max(fitting, key=len)] if fitting else None

    def registered_sender(self, signature_id: int, network: str, sender: str) -> str:
        """The sender that evidence of a message counts for."""
        found = self.at(signature_id, network, sender)
        return sender if found is None else found.sender

    def all(self) -> Iterable[Stand]:
        """Everything that is known."""
        return self._stands.values()
