"""What is told to tenants' programs, and what becomes of telling them. Frozen records, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from hongyan.kernel.clock import Millis


class CallbackType(Enum):
    """What may be asked for, by the vendor's names. Source: alibaba.md 7.1."""

    SIGNATURE = "SignSmsReport"
    TEMPLATE = "TemplateSmsReport"


class DeliveryState(Enum):
    """Where a callback stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Not tried any more, unless somebody says so."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where callbacks of a type go. `secret` signs them."""

    account_id: int
    type: CallbackType
    url: str
    secret: str = field(repr=False)
    changed_ms: Millis


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback on its way. `facts`: what has happened, as JSON in our words. `due_ms`: when it is tried next.
    `status`: HTTP's, of the last attempt, 0 when there was none; `error`: a code of `posting.PostFault` or "status" or
    "answer", "" after a success."""

    id: int
    account_id: int
    type: CallbackType
    facts: str = field(repr=False)
    state: DeliveryState
    attempts: int
    due_ms: Millis
    created_ms: Millis
    done_ms: Millis | None
    status: int
    error: str

    @property
    def position(self) -> tuple[int]:
        """Where it stands among an account's, for the page after it."""
        return (self.id,)
