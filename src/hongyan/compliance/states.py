"""The review life of qualifications, signatures and templates, as tables.

What is usable is not read from these states alone: an approved object whose change is in review, or was rejected,
keeps its approved revision (GetSmsSign: "an edit under review does not replace it").
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from hongyan.compliance.model import Kind
from hongyan.kernel.states import StateTable, Transition


class State(Enum):
    PENDING = "pending"
    CHANGING = "changing"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    INCOMPLETE = "incomplete"
    """A reviewer asked for more before he decides."""
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


UNDER_REVIEW: Final = frozenset({State.PENDING, State.CHANGING, State.IN_REVIEW})
"""An order is open: nothing can be edited or deleted."""


class Event(Enum):
    TAKE = "take"
    APPROVE = "approve"
    REJECT = "reject"
    ASK = "ask"
    WITHDRAW = "withdraw"
    RESUBMIT = "resubmit"
    CHANGE = "change"
    DELETE = "delete"


SUBMIT: Final = "submit"
"""The event in the change record of a new object; it has no state before it."""

_TENANT, _REVIEWER = "tenant", "reviewer"
_DESK = "seed checklist F1: a queue from which reviewers take"
_QUALIFICATION_STATES = (
    "seed checklist E2: states of a qualification; seed 001: abnormal qualification status"
)
_REVIEW = "vendor: GetSmsSign.SignStatus, GetSmsTemplate.TemplateStatus 0, 1, 2, 10"
_MORE = "vendor: qualification state NOT_FINISH (material missing); issue 4, review desk: ask for more"
_AGAIN = "seed 002: a rejected application can be resubmitted"
_EDIT_APPROVED = "vendor: every edit means a new review, also of approved ones"
_DELETE = "vendor: deleting is allowed when withdrawn, rejected or approved, not while under review"

_S, _E = State, Event
_Row = Transition[State, Event]


def _review(source: str) -> tuple[_Row, ...]:
    """What every kind has in common: a queue, a reviewer who takes, a verdict, a way back for the tenant."""
    return (
        Transition(_S.PENDING, _E.TAKE, _S.IN_REVIEW, _REVIEWER, _DESK),
        Transition(_S.PENDING, _E.WITHDRAW, _S.WITHDRAWN, _TENANT, source),
        Transition(_S.IN_REVIEW, _E.APPROVE, _S.APPROVED, _REVIEWER, source),
        Transition(_S.IN_REVIEW, _E.REJECT, _S.REJECTED, _REVIEWER, source),
        Transition(_S.IN_REVIEW, _E.ASK, _S.INCOMPLETE, _REVIEWER, _MORE),
        Transition(_S.IN_REVIEW, _E.WITHDRAW, _S.WITHDRAWN, _TENANT, source),
        Transition(_S.REJECTED, _E.RESUBMIT, _S.PENDING, _TENANT, _AGAIN),
        Transition(_S.INCOMPLETE, _E.RESUBMIT, _S.PENDING, _TENANT, _MORE),
        Transition(_S.WITHDRAWN, _E.RESUBMIT, _S.PENDING, _TENANT, _AGAIN),
        Transition(_S.APPROVED, _E.DELETE, _S.DELETED, _TENANT, _DELETE),
        Transition(_S.REJECTED, _E.DELETE, _S.DELETED, _TENANT, _DELETE),
        Transition(_S.INCOMPLETE, _E.DELETE, _S.DELETED, _TENANT, _DELETE),
        Transition(_S.WITHDRAWN, _E.DELETE, _S.DELETED, _TENANT, _DELETE),
    )


_CHANGE: Final[tuple[_Row, ...]] = (
    Transition(_S.APPROVED, _E.CHANGE, _S.CHANGING, _TENANT, _EDIT_APPROVED),
    Transition(_S.CHANGING, _E.TAKE, _S.IN_REVIEW, _REVIEWER, _DESK),
    Transition(_S.CHANGING, _E.WITHDRAW, _S.WITHDRAWN, _TENANT, _EDIT_APPROVED),
)

QUALIFICATION: Final = StateTable("qualification", _S.PENDING, _review(_QUALIFICATION_STATES) + _CHANGE)
SIGNATURE: Final = StateTable("signature", _S.PENDING, _review(_REVIEW) + _CHANGE)
TEMPLATE: Final = StateTable("template", _S.PENDING, _review(_REVIEW))
"""An approved template cannot be changed (vendor: UpdateSmsTemplate takes only rejected ones)."""

MACHINES: Final[Mapping[Kind, StateTable[State, Event]]] = {
    Kind.QUALIFICATION: QUALIFICATION,
    Kind.SIGNATURE: SIGNATURE,
    Kind.TEMPLATE: TEMPLATE,
}
