"""Registrations as records. No rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import RegistrationEvent, RegistrationState
from hongyan.kernel.clock import Millis


class Scope(Enum):
    """Which part of the matrix: (whether numbers that a signature has no more, deleted signatures: 0 none, 1 only, 2 too)."""

    CURRENT = (0, 0)
    WITH_PAST = (1, 0)
    DELETED = (1, 1)
    EVERYTHING = (1, 2)


class Inference(Enum):
    """What a carrier's silence likely means, by what arrives."""

    NOTHING = ""
    REFUSED = "refused"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Registration:
    """One signature with one network under one sender number, unique by (signature_id, network, sender).

    `signature_revision`, `qualification_revision`: what was filed last. `registrar`: who files it, "" before the first
    start. `simulated`: the registrar files with nobody. `filed_ms`: when the registrar had it, None while it waits for
    that. `reference`: the carrier's, or the pack's. `answered_ms`: the carrier's last answer. `since_ms`: in this state.
    `because`: facts behind an inference or a doubt. `version`: counts changes, the optimistic lock.
    """

    id: int
    account_id: int
    signature_id: int
    sign_name: str
    network: Network
    channel_id: int
    access_number: str
    extension_code: str
    state: RegistrationState
    reason: ReasonCode
    signature_revision: int
    qualification_id: int | None
    qualification_revision: int
    registrar: str
    simulated: bool
    started_ms: Millis | None
    filed_ms: Millis | None
    reference: str
    answered_ms: Millis | None
    since_ms: Millis
    inferred: Inference = Inference.NOTHING
    because: dict[str, Any] = field(default_factory=dict)
    doubt: bool = False
    version: int = 1

    @property
    def sender(self) -> str:
        """What a handset shows, and what the carrier registers."""
        return self.access_number + self.extension_code

    @property
    def unfiled(self) -> bool:
        """Waits for its registrar."""
        return self.state is RegistrationState.REGISTERING and self.filed_ms is None


@dataclass(frozen=True, slots=True)
class RegistrationStep:
    """One entry of a registration's history: who, when, from where, what was sent, what came back."""

    id: int
    registration_id: int
    at_ms: Millis
    actor: str
    door: str
    address: str
    event: RegistrationEvent
    before: RegistrationState
    after: RegistrationState
    reason: ReasonCode
    registrar: str
    sent: dict[str, Any]
    came_back: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A sender number that a signature has on a channel, and on which networks it counts."""

    channel_id: int
    channel: str
    access_number: str
    extension_code: str
    networks: tuple[Network, ...]

    @property
    def sender(self) -> str:
        return self.access_number + self.extension_code


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationFilter:
    """Empty fields leave a filter out. `unfiled`: those that wait for their registrar. `scope`: of the matrix."""

    account_id: int = 0
    signature_id: int = 0
    sign_name: str = ""
    network: str = ""
    state: RegistrationState | None = None
    reason: ReasonCode | None = None
    sender: str = ""
    registrar: str = ""
    unfiled: bool = False
    scope: Scope = Scope.CURRENT

    @property
    def key(self) -> tuple[Any, ...]:
        """What the statements ask with, without the scope."""
        return (
            *(self.account_id, self.signature_id, self.sign_name, self.network),
            self.state.value if self.state else "",
            self.reason.value if self.reason else "",
            *(self.sender, self.registrar, int(self.unfiled)),
        )
