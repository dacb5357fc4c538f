"""How a registration moves: the state table's verdict, what else the event changes, and the step for the history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.model import Inference, Registration
from hongyan.compliance.registration.reasons import REASON_AFTER, REASONS, ReasonCode
from hongyan.compliance.registration.states import ANSWERS, REGISTRATION, RegistrationEvent
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What comes with an event. `reason`: None takes the event's own. `at_ms`: when the carrier answered, or the registrar
    took it; None means now. `reference`: the carrier's, or the pack's. `sent`, `came_back`: for the history. `inferred`: of
    an INFERRED. `because`: facts behind an inference or a doubt."""

    reason: ReasonCode | None = None
    at_ms: Millis | None = None
    reference: str = ""
    registrar: str = ""
    simulated: bool = False
    sent: Mapping[str, Any] = field(default_factory=dict)
    came_back: Mapping[str, Any] = field(default_factory=dict)
    inferred: Inference = Inference.NOTHING
    because: Mapping[str, Any] = field(default_factory=dict)


NOTHING_TOLD: Final = Told()


@dataclass(frozen=True, slots=True)
class Moved:
    """A registration after one event."""

    before: Registration
    after: Registration
    event: RegistrationEvent
    actor: Actor
    told: Told
    at_ms: Millis


_E = RegistrationEvent
Effect = Callable[[Registration, Told, Millis], Registration]


def _begin(row: Registration, told: Told, at_ms: Millis) -> Registration:
    return replace(
        _settle(row),
        started_ms=at_ms,
        registrar=told.registrar,
        simulated=told.simulated,
        filed_ms=None,
        reference="",
        answered_ms=None,
    )


def _settle(row: Registration) -> Registration:
    """Whatever was inferred or doubted is over."""
    return replace(row, inferred=Inference.NOTHING, doubt=False, because={})


def _filed(row: Registration, told: Told, at_ms: Millis) -> Registration:
    return replace(row, filed_ms=told.at_ms or at_ms, reference=told.reference)


def _answered(row: Registration, told: Told, at_ms: Millis) -> Registration:
    return replace(_settle(row), answered_ms=told.at_ms or at_ms, reference=told.reference or row.reference)


def _imported(row: Registration, told: Told, at_ms: Millis) -> Registration:
    known_ms = told.at_ms or at_ms
    begun = replace(_begin(row, told, at_ms), filed_ms=known_ms, answered_ms=known_ms)
    return replace(begun, reference=told.reference)


def _judged(row: Registration, told: Told, _at_ms: Millis) -> Registration:
    return replace(_settle(row), because=dict(told.because))


def _inferred(row: Registration, told: Told, _at_ms: Millis) -> Registration:
    return replace(row, inferred=told.inferred, because=dict(told.because))


def _doubted(row: Registration, told: Told, _at_ms: Millis) -> Registration:
    return replace(row, doubt=True, because=dict(told.because))


def _over(row: Registration, _told: Told, _at_ms: Millis) -> Registration:
    return _settle(row)


_EFFECTS: Final[Mapping[RegistrationEvent, Effect]] = {
    _E.START: _begin,
    _E.RESTART: _begin,
    _E.FILED: _filed,
    _E.NOT_TAKEN: _over,
    _E.ACCEPTED: _answered,
    _E.REFUSED: _answered,
    _E.OUTDATED: lambda row, _told, _at_ms: row,
    _E.TIMED_OUT: _over,
    _E.IMPORTED: _imported,
    _E.VERIFIED: _judged,
    _E.INFERRED: _inferred,
    _E.DOUBTED: _doubted,
    _E.REASSURED: _judged,
    _E.IDLE: _over,
    _E.CODE_TAKEN_BACK: _over,
    _E.CAMPAIGN: _answered,
    _E.END: _over,
}


def moved(
    row: Registration, event: RegistrationEvent, actor: Actor, now_ms: Millis, told: Told = NOTHING_TOLD
) -> Moved:
    """Raises IllegalTransition, Refused("registration.reason_unfit", "registration.never_filed")."""
    state = REGISTRATION.after(row.state, event)
    reason = told.reason or REASON_AFTER.get(event, row.reason)
    if REASONS[reason].state is not state:
        raise refusal("registration.reason_unfit", reason=reason.value, state=state.value)
    if event in ANSWERS and row.filed_ms is None:
        raise refusal("registration.never_filed")
    if event in ANSWERS and row.reason is ReasonCode.REGISTER_TIMEOUT:
        told = replace(told, came_back={**told.came_back, "after_time_out": moment(row.since_ms)})
    stays = state is row.state and event is not _E.RESTART
    after = replace(
        _EFFECTS[event](row, told, now_ms),
        state=state,
        reason=reason,
        since_ms=row.since_ms if stays else now_ms,
    )
    return Moved(row, after, event, actor, told, now_ms)
