"""What a carrier's sheet demands of a qualification, and an application for one may leave out: a registration that lacks it is
left out of every pack, until the qualification is edited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.model import Qualification, QualificationMaterial
from hongyan.compliance.registration.beginning import PACK
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.sheets.fields import FIELDS
from hongyan.compliance.registration.sheets.layouts import Layout, layout_on
from hongyan.compliance.rules.core import Words
from hongyan.kernel.clock import Clock, beijing
from hongyan.kernel.errors import Misconfigured

log = structlog.get_logger(__name__)

FindQualification: TypeAlias = Callable[[int, int | None], Awaitable[Qualification | None]]
"""(account, number) -> the qualification, None when it is gone."""
LayoutOf: TypeAlias = Callable[[Network, date], Layout]

_IS_THERE: Final[Mapping[str, Callable[[QualificationMaterial], bool]]] = {
    "license_paper": lambda material: bool(material.licenses),
    "legal_papers": lambda material: bool(
        material.legal_person.portrait_side or material.legal_person.emblem_side
    ),
}
"""Field of a sheet -> whether the qualification fills it. Source: SubmitSmsQualification, what is optional for own use."""


def lacking(layout: Layout, material: QualificationMaterial) -> tuple[Words, ...]:
    """What a sheet of these columns asks of every qualification, and this one does not have."""
    return tuple(
        FIELDS[column.field].words
        for column in layout.columns
        if column.required
        and column.when == "always"
        and column.field in _IS_THERE
        and not _IS_THERE[column.field](material)
    )


class Lacking:
    """`clock`: the business clock."""

    def __init__(self, find: FindQualification, clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._layout: LayoutOf = layout_on

    def by(self, layout: LayoutOf) -> None:
        """The operator's own columns."""
        self._layout = layout

    async def among(self, rows: Sequence[Registration]) -> dict[int, tuple[Words, ...]]:
        """By the registration's id, of those that wait for a pack; one question for each qualification."""
        waiting = [row for row in rows if row.unfiled and row.registrar == PACK.name]
        wanted = {(row.account_id, row.qualification_id) for row in waiting}
        known = {key: await self._find(*key) for key in wanted}
        found = {}
        for row in waiting:
            qualification = known[row.account_id, row.qualification_id]
            if qualification is not None and (lacks := self._of(row.network, qualification.material)):
                found[row.id] = lacks
        return found

    def _of(self, network: Network, material: QualificationMaterial) -> tuple[Words, ...]:
        """Who makes the pack is told of columns that cannot be used; who looks at a registration has no part in it."""
        try:
            return lacking(self._layout(network, beijing(self._clock.now_ms()).date()), material)
        except Misconfigured as error:
            log.warning("no columns to compare a qualification with", network=network, code=error.code)
            return ()
