"""The life of a registration: one signature, one network, one sender number."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class RegistrationState(Enum):
    """Seed 003, table of results."""

    NOT_REGISTERED = "not_registered"
    REGISTERING = "registering"
    AWAITING = "awaiting_verification"
    """The carrier has accepted it; what arrives has to show it."""
    SUCCESS = "success"
    FAILED = "failed"
    LAPSED = "lapsed"


VENDOR_STATUS: Final[Mapping[RegistrationState, int]] = {
    RegistrationState.NOT_REGISTERED: -2,
    RegistrationState.REGISTERING: -1,
    RegistrationState.AWAITING: 1,
    RegistrationState.SUCCESS: 3,
    RegistrationState.FAILED: 0,
    RegistrationState.LAPSED: 2,
}
"""Source: GetSmsSign, SignIspRegisterDetailList.RegisterStatus."""


class RegistrationEvent(Enum):
    START = "start"
    RESTART = "restart"
    """An edit of the signature or of its qualification was approved."""
    FILED = "filed"
    """The registrar has it; from now on the carrier's time runs."""
    NOT_TAKEN = "not taken"
    """The registrar would not hand it in, or we found before that no carrier would take it."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OUTDATED = "outdated answer"
    """To a filing that another one has taken the place of; it changes nothing."""
    TIMED_OUT = "timed out"
    IMPORTED = "imported"
    VERIFIED = "verified"
    INFERRED = "inferred"
    """No answer, but what arrives says what it would be. Changes no state (D10)."""
    DOUBTED = "doubted"
    REASSURED = "reassured"
    IDLE = "idle"
    CODE_TAKEN_BACK = "code taken back"
    CAMPAIGN = "campaign"
    END = "end"
    """The signature was deleted."""


_TENANT, _CARRIER, _OPERATOR, _PLATFORM, _TIME = "tenant, operator", "carrier", "operator", "platform", "time"
_NEW = "seed 003: a new signature is registered by itself, an existing one from its details page (D3)"
_AGAIN = "seed 003: a lapsed registration is started again directly (D8, D9)"
_EDIT = "seed 003: an approved edit of the signature or its qualification registers again (D3, D8, D11)"
_FILE = "seed 003: the platform files with the carrier (D5)"
_ANSWER = "seed 003: at least one sub-port was accepted by the carrier (D7)"
_LATE = "issue 5: an answer that comes after the time-out, or corrects an earlier one, counts"
_EARLIER = "issue 5, item 1: a complete history of what came back; an answer is of the revision that it was asked for"
_FAILURE = "seed 003: reasons of failure (D8)"
_BEFORE = (
    "issue 5, item 2: one code for several signatures is found before filing; a registrar may refuse to file"
)
_TIMEOUT = "seed 003: the task has timed out without an answer (D8)"
_MIGRATION = "issue 5, item 2: imported filings are awaiting verification instead of being filed again"
_EVIDENCE = "seed 003: test sends succeed as expected (D6, D7)"
_SILENCE = "seed 003: a carrier may refuse, or accept, and never answer (D10)"
_DOUBT = "issue 5, item 4: a marked doubt when the delivery rate is not what it should be"
_LAPSE = "seed 003: no send for 6 months after acceptance (D9)"
_CODE = "seed 003: the extension code was taken back (D9)"
_CAMPAIGN = "seed 003: a carrier's compliance campaign (D9)"
_DELETED = "seed 003: deleting is final (D9)"

_S, _E = RegistrationState, RegistrationEvent

REGISTRATION: Final = StateTable(
    "registration",
    _S.NOT_REGISTERED,
    (
        Transition(_S.NOT_REGISTERED, _E.START, _S.REGISTERING, _TENANT, _NEW),
        Transition(_S.NOT_REGISTERED, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.NOT_REGISTERED, _E.IMPORTED, _S.AWAITING, _OPERATOR, _MIGRATION),
        Transition(_S.NOT_REGISTERED, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
        Transition(_S.REGISTERING, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.REGISTERING, _E.FILED, _S.REGISTERING, _OPERATOR, _FILE),
        Transition(_S.REGISTERING, _E.NOT_TAKEN, _S.FAILED, _PLATFORM, _BEFORE),
        Transition(_S.REGISTERING, _E.ACCEPTED, _S.AWAITING, _CARRIER, _ANSWER),
        Transition(_S.REGISTERING, _E.REFUSED, _S.FAILED, _CARRIER, _FAILURE),
        Transition(_S.REGISTERING, _E.TIMED_OUT, _S.FAILED, _TIME, _TIMEOUT),
        Transition(_S.REGISTERING, _E.IMPORTED, _S.AWAITING, _OPERATOR, _MIGRATION),
        Transition(_S.REGISTERING, _E.INFERRED, _S.REGISTERING, _PLATFORM, _SILENCE),
        Transition(_S.REGISTERING, _E.CODE_TAKEN_BACK, _S.LAPSED, _PLATFORM, _CODE),
        Transition(_S.REGISTERING, _E.OUTDATED, _S.REGISTERING, _CARRIER, _EARLIER),
        Transition(_S.REGISTERING, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
        Transition(_S.AWAITING, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.AWAITING, _E.REFUSED, _S.FAILED, _CARRIER, _LATE),
        Transition(_S.AWAITING, _E.VERIFIED, _S.SUCCESS, _PLATFORM, _EVIDENCE),
        Transition(_S.AWAITING, _E.DOUBTED, _S.AWAITING, _PLATFORM, _DOUBT),
        Transition(_S.AWAITING, _E.REASSURED, _S.AWAITING, _PLATFORM, _DOUBT),
        Transition(_S.AWAITING, _E.IDLE, _S.LAPSED, _TIME, _LAPSE),
        Transition(_S.AWAITING, _E.CODE_TAKEN_BACK, _S.LAPSED, _PLATFORM, _CODE),
        Transition(_S.AWAITING, _E.CAMPAIGN, _S.LAPSED, _CARRIER, _CAMPAIGN),
        Transition(_S.AWAITING, _E.OUTDATED, _S.AWAITING, _CARRIER, _EARLIER),
        Transition(_S.AWAITING, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
        Transition(_S.SUCCESS, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.SUCCESS, _E.DOUBTED, _S.SUCCESS, _PLATFORM, _DOUBT),
        Transition(_S.SUCCESS, _E.REASSURED, _S.SUCCESS, _PLATFORM, _DOUBT),
        Transition(_S.SUCCESS, _E.IDLE, _S.LAPSED, _TIME, _LAPSE),
        Transition(_S.SUCCESS, _E.CODE_TAKEN_BACK, _S.LAPSED, _PLATFORM, _CODE),
        Transition(_S.SUCCESS, _E.CAMPAIGN, _S.LAPSED, _CARRIER, _CAMPAIGN),
        Transition(_S.SUCCESS, _E.OUTDATED, _S.SUCCESS, _CARRIER, _EARLIER),
        Transition(_S.SUCCESS, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
        Transition(_S.FAILED, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.FAILED, _E.ACCEPTED, _S.AWAITING, _CARRIER, _LATE),
        Transition(_S.FAILED, _E.REFUSED, _S.FAILED, _CARRIER, _LATE),
        Transition(_S.FAILED, _E.OUTDATED, _S.FAILED, _CARRIER, _EARLIER),
        Transition(_S.FAILED, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
        Transition(_S.LAPSED, _E.START, _S.REGISTERING, _TENANT, _AGAIN),
        Transition(_S.LAPSED, _E.RESTART, _S.REGISTERING, _PLATFORM, _EDIT),
        Transition(_S.LAPSED, _E.OUTDATED, _S.LAPSED, _CARRIER, _EARLIER),
        Transition(_S.LAPSED, _E.END, _S.NOT_REGISTERED, _PLATFORM, _DELETED),
    ),
)
"""A failed registration is not started again as it is: what it failed for has to be edited first (D8)."""

ANSWERS: Final = frozenset({_E.ACCEPTED, _E.REFUSED})
"""Only to what was filed: seed 003 speaks of results that a carrier has sent back. Who files by another way says `filed` first."""
