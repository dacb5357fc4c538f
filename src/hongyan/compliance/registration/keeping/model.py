"""What keeping alive speaks of, as records. No rules but what became of an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final

from hongyan.compliance.registration.evidence.states import TrialState
from hongyan.compliance.registration.idleness import Silence
from hongyan.compliance.registration.keeping.states import KeepState
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.kernel.clock import Millis
from hongyan.kernel.money import Amount

AFTER_DAYS: Final = 150
"""Of silence, after which a message is due where nobody says otherwise: a month is left, and more than one try."""


class Why(Enum):
    """Why nothing is sent to a place now. Words: `reasons.WHY`."""

    NOT_DUE = "keep.not_due"
    PLANNED = "keep.planned"
    NO_PHONE = "keep.no_phone"
    UNARRANGED = "keep.unarranged"
    UNFIT = "keep.unfit"
    NO_CHANNEL = "keep.no_channel"
    SAME_WAY = "keep.same_way"
    TOO_LATE = "keep.too_late"
    USED = "keep.used"
    OVER = "keep.over"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a tenant keeps its signatures alive with. `sign_name`: of one signature, "" for those that have none of their own.
    `phones`: its own and its team's, as numbers are stored. `automatic`: the platform plans by itself what falls due.
    `looked_day`: on which Beijing day it has done so last."""

    account_id: int
    sign_name: str
    phones: tuple[str, ...]
    template_code: str
    params: Mapping[str, str]
    automatic: bool = False
    after_days: int = AFTER_DAYS
    set_by: str = ""
    set_ms: Millis = 0
    looked_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One place that falls silent: a signature at a network under a number. `due_on`: when a message is due. `number`,
    `due_ms`: to whom it would go, and when. `price` of `segments`: at today's prices, 1/10,000 yuan. `why`: why nothing goes;
    `refused`: the code behind UNFIT."""

    registration: Registration
    silence: Silence
    due_on: date
    template_code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    number: str = field(default="", repr=False)
    due_ms: Millis | None = None
    segments: int = 0
    price: Amount = 0
    why: Why | None = None
    refused: str = ""


class ItemState(Enum):
    WAITING = "waiting"
    HANDED = "handed"
    """Over to the test sends."""
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class KeepItem:
    """One message of a plan. `trial_id`: of the test send that it became. `why`: a code, when it was skipped."""

    plan_id: int
    position: int
    account_id: int
    signature_id: int
    sign_name: str
    registration_id: int
    network: Network
    sender: str
    extension_code: str
    number: str = field(repr=False)
    template_code: str
    params: Mapping[str, str]
    due_ms: Millis
    state: ItemState
    trial_id: int | None
    why: str


@dataclass(frozen=True, slots=True)
class KeepPlan:
    """One tenant's. `waiting`: messages that have not gone, of `items`."""

    id: int
    account_id: int
    made_ms: Millis
    actor: str
    state: KeepState
    version: int
    items: int
    waiting: int


class Outcome(Enum):
    """What became of a message."""

    WAITING = "waiting"
    HANDED = "handed"
    SENT = "sent"
    """And not, or not yet, from the number that it was to keep."""
    KEPT = "kept"
    REFUSED = "refused"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ItemView:
    """`trial`, `message_id`, `refusal`: of the test send. `used_ms`: when the place was last sent from."""

    item: KeepItem
    trial: TrialState | None
    message_id: int | None
    refusal: str
    used_ms: Millis | None

    @property
    def outcome(self) -> Outcome:
        """As far as it is known now."""
        if self.item.state is not ItemState.HANDED:
            return Outcome(self.item.state.value)
        if self.trial is not TrialState.SENT:
            return _OF_TRIAL.get(self.trial, Outcome.HANDED)
        return Outcome.KEPT if (self.used_ms or 0) >= self.item.due_ms else Outcome.SENT


_OF_TRIAL: Final[Mapping[TrialState | None, Outcome]] = {TrialState.REFUSED: Outcome.REFUSED}
