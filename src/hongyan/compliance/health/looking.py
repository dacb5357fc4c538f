"""Looking at signatures, a page of them at once: what is wrong with each, and what ends when.

One that cannot be looked at, because what is stored of it is damaged or a check fails, holds up no other: it is
looked at alone, and nobody knows how it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import structlog

from hongyan.compliance.health.days import DaysUntil, days_until
from hongyan.compliance.health.gathering import Gathering
from hongyan.compliance.health.judging import Ailment, Usability, ailments, ailments_to_come, usability
from hongyan.compliance.health.reasons import HealthReason
from hongyan.compliance.signatures import Signatures
from hongyan.kernel.errors import HongyanError

log = structlog.get_logger(__name__)


class Called(NamedTuple):
    """A signature, as it is called."""

    id: int
    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `coming`: what rules of days to come add to it. `problem`: why nothing is known of it, "" mostly."""

    called: Called
    usability: Usability
    ailments: tuple[Ailment, ...] = ()
    ends: tuple[DaysUntil, ...] = ()
    coming: Mapping[date, list[HealthReason]] = field(default_factory=dict)
    problem: str = ""


class Looking:
    """Reads and judges; stores nothing."""

    def __init__(self, signatures: Signatures, gathering: Gathering) -> None:
        self._signatures = signatures
        self.gathering = gathering

    async def at(
        self, called: Sequence[Called], on: date | None = None, coming: Sequence[date] = ()
    ) -> list[Look]:
        """In the order of their ids, now or by the rules and validities of another day; without those that were deleted
        meanwhile. `coming`: days of which it is told what their rules add. Raises HongyanError while the store cannot be read."""
        try:
            return await self._at(called, on, coming)
        except Exception as error:
            if _of_the_store(error):
                raise
            if len(called) == 1:
                return [_unknown(called[0], error)]
        return [look for each in called for look in await self.at([each], on, coming)]

    async def _at(self, called: Sequence[Called], on: date | None, coming: Sequence[date]) -> list[Look]:
        views = await self._signatures.among(each.id for each in called)
        looks = []
        for facts in await self.gathering.facts(views, on, coming):
            standing = facts.view.standing
            found = tuple(ailments(facts))
            seen_as = Called(standing.id, standing.account_id, facts.view.name)
            ends, to_come = tuple(days_until(facts)), ailments_to_come(facts, found)
            looks.append(Look(seen_as, usability(facts, found), found, ends, to_come))
        return looks


def _of_the_store(error: Exception) -> bool:
    """Not of one signature: what is sealed and does not open is."""
    return isinstance(error, HongyanError) and not error.code.startswith("vault.")


def _unknown(called: Called, error: Exception) -> Look:
    problem = error.code if isinstance(error, HongyanError) else type(error).__name__
    log.error(
        "the health of a signature is unknown",
        signature_id=called.id,
        signature=called.name,
        account_id=called.account_id,
        why=problem,
        exc_info=error,
    )
    return Look(called, Usability.UNKNOWN, problem=problem)
