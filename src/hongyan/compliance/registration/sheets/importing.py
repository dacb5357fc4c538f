"""Takes an answer sheet over: every row that fits is applied to its registration, every other one is reported with the reason.

The same file again changes nothing: what a row of it has done once stands in the history of its registration.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import RegistrationFilter
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.sheets.apart import SheetsApart
from hongyan.compliance.registration.sheets.closing import judge_closed
from hongyan.compliance.registration.sheets.matching import Book, Fit, Judged, judge_answers
from hongyan.compliance.registration.states import RegistrationEvent
from hongyan.identity import Actor
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Refused

_STEPS: Final = 1_000
"""Of a history that are looked at."""
_LONGEST: Final = 500
"""Characters of a carrier's words that the history keeps."""


@dataclass(frozen=True, slots=True)
class AnswersImported:
    """`sha256`: of the file. `rows`: one for each row of it. `dry_run`: nothing was stored. `closed`: of a list of what a
    carrier has closed, whose rows may stand for several registrations."""

    file: str
    sha256: str
    network: Network
    dry_run: bool
    rows: tuple[Judged, ...]
    closed: RegistrationEvent | None = None

    def count(self, fit: Fit) -> int:
        return Counter(each.fit for each in self.rows)[fit]


class AnswerImport:
    """`clock`: the business clock."""

    def __init__(self, desk: Registrations, clock: Clock, sheets: SheetsApart) -> None:
        self._desk = desk
        self._clock = clock
        self._sheets = sheets

    async def take(
        self,
        data: bytes,
        file: str,
        network: Network,
        actor: Actor,
        *,
        dry_run: bool = False,
        closed: RegistrationEvent | None = None,
    ) -> AnswersImported:
        """`closed`: it is no sheet of answers but a list of what the carrier has closed, and why. Raises Refused("sheet.…")
        over a file that cannot be read at all."""
        digest = hashlib.sha256(data).hexdigest()
        rows = await self._sheets.answers(data, network, results=closed is None)
        known = [row async for row in self._desk.all(RegistrationFilter(network=network))]
        book, now_ms = Book.of(network, known), self._clock.now_ms()
        read = (
            judge_answers(rows, book, now_ms) if closed is None else judge_closed(rows, book, closed, now_ms)
        )
        judged: list[Judged] = []
        for each in read:
            if each.fit is Fit.NEW and await self._was_taken(each, digest):
                judged.append(replace(each, fit=Fit.KNOWN, remarks=("answer.taken_before",)))
            elif each.fit is Fit.NEW and not dry_run:
                judged.append(await self._apply(each, digest, file, actor))
            else:
                judged.append(each)
        return AnswersImported(file, digest, network, dry_run, tuple(judged), closed)

    async def _was_taken(self, judged: Judged, digest: str) -> bool:
        assert judged.registration is not None
        steps = await self._desk.history(judged.registration.id, limit=_STEPS)
        return any(
            step.came_back.get("sha256") == digest and step.came_back.get("row") == judged.row.row
            for step in steps
        )

    async def _apply(self, judged: Judged, digest: str, file: str, actor: Actor) -> Judged:
        assert judged.registration is not None
        assert judged.event is not None
        row = judged.row
        came_back = {
            "file": file,
            "sha256": digest,
            "sheet": row.sheet,
            "row": row.row,
            "said": row.said[:_LONGEST],
            "words": row.words[:_LONGEST],
            "day": row.day[:_LONGEST],
        }
        told = Told(reason=judged.reason, at_ms=judged.at_ms, came_back=came_back)
        found = judged.registration
        try:
            after = await self._desk.apply(
                found.id, judged.event, actor=actor, told=told, version=found.version
            )
        except Refused as why:
            return replace(judged, fit=Fit.UNFIT, problem="answer.changed_meanwhile", remarks=(), refused=why)
        return replace(judged, registration=after)
