"""Lists of what a carrier has closed, in a campaign of its own or because it took codes back. Pure: nothing is stored here."""

from __future__ import annotations

from collections.abc import Sequence

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.reasons import REASON_AFTER
from hongyan.compliance.registration.sheets.answers import AnswerRow
from hongyan.compliance.registration.sheets.matching import (
    Book,
    Fit,
    Judged,
    moment_of,
    problem_of_row,
    registrations_of,
)
from hongyan.compliance.registration.sheets.words import Result
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.kernel.clock import Millis


def judge_closed(
    rows: Sequence[AnswerRow], book: Book, event: RegistrationEvent, now_ms: Millis
) -> list[Judged]:
    """One for each registration that a row names: a signature alone means all of its numbers with this carrier. A result is
    not needed; one that says that it passed is told, not closed."""
    judged: list[Judged] = []
    seen: set[int] = set()
    for row in rows:
        found = problem_of_row(row, book) or registrations_of(row, book)
        if isinstance(found, str):
            judged.append(Judged(row, Fit.UNFIT, problem=found))
            continue
        if row.result is Result.ACCEPTED:
            judged.append(Judged(row, Fit.UNFIT, problem="answer.not_closed"))
            continue
        judged += [_judge(row, each, event, now_ms, again=each.id in seen) for each in found]
        seen.update(each.id for each in found)
    return judged


def _judge(
    row: AnswerRow, found: Registration, event: RegistrationEvent, now_ms: Millis, *, again: bool
) -> Judged:
    if again:
        return Judged(row, Fit.KNOWN, found, remarks=("answer.twice",))
    if found.reason is REASON_AFTER[event]:
        return Judged(row, Fit.KNOWN, found)
    if not REGISTRATION.allows(found.state, event):
        return Judged(row, Fit.UNFIT, found, "answer.state")
    at_ms, remarks = moment_of(row, now_ms)
    return Judged(row, Fit.NEW, found, remarks=remarks, event=event, at_ms=at_ms)
