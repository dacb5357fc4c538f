"""Hands what waits to its registrar and asks for answers: in rounds that are bounded, and that may end anywhere.

A filing is handed over first and noted second. When a crash comes in between, the next start hands it over again under the same
reference, which the registrar must know for one. So may two nodes of one database; the second note then finds the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from hongyan.compliance.registration.desk import TOPIC, Registrations
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.registrars.port import (
    NOT_TAKEN,
    Filed,
    Filing,
    FilingAnswer,
    Registrar,
    reference_of,
)
from hongyan.compliance.registration.sheets.words import read_reason
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.identity import Actor
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import HongyanError, Refused
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

FILED_AT_ONCE: Final = 20
"""Filings of one request."""
MOST_FILED: Final = 200
MOST_ASKED: Final = 500
"""Of one round."""
ASKED_AT_ONCE: Final = 100
_READ_AT_ONCE: Final = 1_000
LOOK_EVERY_SECONDS: Final = 20.0
"""Ours. What begins wakes the job at once."""
ASK_EVERY_SECONDS: Final = 60.0
"""Between two questions for answers. Ours: carriers take days."""
AGAIN_AFTER_MS: Final = (30_000, 60_000, 300_000, 900_000, 3_600_000)
"""After a filing that was not taken; the last one for ever."""
LATE_MS: Final = 180 * DAY_MS
"""How long after its filing an answer is still asked for, when time has run out."""

Collect = Callable[[Registration, Actor], Awaitable[Filing]]


@dataclass(slots=True)
class Round:
    """What became of one."""

    filed: int = 0
    answered: int = 0
    put_off: int = 0


class FilingJob:
    """`registrars`: those that file by themselves, by name. `clock`: the real one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        desk: Registrations,
        registrars: Sequence[Registrar],
        collect: Collect,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._registrars: Mapping[str, Registrar] = {
            each.name: each for each in registrars if not each.by_hand
        }
        self._collect = collect
        self._wake = asyncio.Event()
        self._tries: dict[int, tuple[int, Millis]] = {}
        """Registration -> how often it was not taken, and when it is tried next."""
        self._asked: dict[str, tuple[float, int]] = {}
        """Registrar -> when it was asked, and the last registration that it was asked about."""
        self.filed = self.answered = self.put_off = 0
        """Since the start."""
        store.subscribe(TOPIC, lambda _key: self._wake.set())

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                done = await self.round()
            except HongyanError as error:
                log.warning("registrations wait for the store", why=error.code)
                done = Round()
            if done.filed < MOST_FILED:
                self._wake.clear()
                try:
                    async with asyncio.timeout(LOOK_EVERY_SECONDS):
                        await self._wake.wait()
                except TimeoutError:
                    continue

    async def round(self, *, ask: bool = False) -> Round:
        """File what waits, and take answers over. `ask`: also when the last question was a short time ago."""
        done = Round()
        for name, registrar in self._registrars.items():
            actor = Actor(f"registrar:{name}")
            await self._file(registrar, actor, done)
            if self._is_time(name) or ask or registrar.simulated:
                await self._ask(registrar, actor, done)
        self.filed += done.filed
        self.answered += done.answered
        self.put_off += done.put_off
        return done

    # Filing

    async def _file(self, registrar: Registrar, actor: Actor, done: Round) -> None:
        due: list[Registration] = []
        async for registration_id in self._unfiled(registrar.name):
            if self._tries.get(registration_id, (0, 0))[1] > self._clock.now_ms():
                continue
            cell = await self._desk.cell(registration_id)
            if cell.past:  # its channel may come back
                self._put_off(registration_id, "the number is gone", done)
            else:
                due.append(cell.registration)
            if len(due) == MOST_FILED:
                break
        for start in range(0, len(due), FILED_AT_ONCE):
            await self._hand_over(registrar, due[start : start + FILED_AT_ONCE], actor, done)

    async def _unfiled(self, registrar: str) -> AsyncIterator[int]:
        """Numbers, some at a time."""
        after = 0
        while rows := await self._store.read(
            "compliance.unfiled_registrations", registrar, after, _READ_AT_ONCE
        ):
            for (registration_id,) in rows:
                yield registration_id
            after = rows[-1][0]

    async def _hand_over(
        self, registrar: Registrar, rows: Sequence[Registration], actor: Actor, done: Round
    ) -> None:
        filings: list[Filing] = []
        for row in rows:
            try:
                filings.append(await self._collect(row, actor))
            except Refused as error:
                self._put_off(row.id, error.code, done)
        if filings:
            await self._file_batch(registrar, filings, actor, done)

    async def _file_batch(
        self, registrar: Registrar, filings: Sequence[Filing], actor: Actor, done: Round
    ) -> None:
        try:
            results = {each.registration_id: each for each in await registrar.file(filings)}
        except HongyanError as error:
            if error.code == NOT_TAKEN and len(filings) > 1:
                for filing in filings:  # so that one that is not understood holds nobody else up
                    await self._file_batch(registrar, [filing], actor, done)
                return
            log.warning(
                "filings were not handed over", registrar=registrar.name, count=len(filings), why=error.en
            )
            for filing in filings:
                self._put_off(filing.registration_id, error.code, done)
            return
        for filing in filings:
            result = results.get(filing.registration_id)
            if result is None or (result.problem and not result.final):
                why = f"{result.problem} {result.words}".strip() if result else "no_result"
                self._put_off(filing.registration_id, why, done)
            else:
                await self._note(filing, result, actor, done)

    async def _note(self, filing: Filing, result: Filed, actor: Actor, done: Round) -> None:
        """Only of the start that it was collected for."""
        row = await self._desk.get(filing.registration_id)
        if not row.unfiled or reference_of(row) != filing.reference:
            return
        self._tries.pop(row.id, None)
        if result.problem:
            told = Told(
                reason=read_reason(result.problem, result.words),
                sent=result.sent,
                came_back={"code": result.problem, "words": result.words},
            )
            await self._apply(row, RegistrationEvent.NOT_TAKEN, told, actor)
        elif await self._apply(
            row, RegistrationEvent.FILED, Told(reference=result.reference, sent=result.sent), actor
        ):
            done.filed += 1

    def _put_off(self, registration_id: int, why: str, done: Round) -> None:
        tries, _ = self._tries.get(registration_id, (0, 0))
        pause = AGAIN_AFTER_MS[min(tries, len(AGAIN_AFTER_MS) - 1)]
        self._tries[registration_id] = (tries + 1, self._clock.now_ms() + pause)
        done.put_off += 1
        log.info("a registration is filed later", registration=registration_id, why=why, tries=tries + 1)

    # Answers

    def _is_time(self, name: str) -> bool:
        asked, _ = self._asked.get(name, (float("-inf"), 0))
        return self._clock.monotonic() - asked >= ASK_EVERY_SECONDS

    async def _ask(self, registrar: Registrar, actor: Actor, done: Round) -> None:
        """Some of them; the next question goes on behind these."""
        _, after = self._asked.get(registrar.name, (0.0, 0))
        waiting, last = await self._waiting(registrar, after)
        self._asked[registrar.name] = (self._clock.monotonic(), last)
        for start in range(0, len(waiting), ASKED_AT_ONCE):
            rows = waiting[start : start + ASKED_AT_ONCE]
            try:
                answers = await registrar.answers(rows)
            except HongyanError as error:
                log.warning("answers could not be asked for", registrar=registrar.name, why=error.en)
                return
            known = {row.id: row for row in rows}
            for answer in answers:
                if answer.registration_id in known:
                    await self._answer(known[answer.registration_id], answer, actor, done)

    async def _waiting(self, registrar: Registrar, after: int) -> tuple[list[Registration], int]:
        """Filed and without an answer, also when time has run out; behind the one of id `after`. The second: behind which the
        next question goes on, 0 from the beginning."""
        open_ = RegistrationFilter(registrar=registrar.name, state=RegistrationState.REGISTERING)
        late = RegistrationFilter(registrar=registrar.name, reason=ReasonCode.REGISTER_TIMEOUT)
        found: list[Registration] = []
        for wanted in (open_, late):
            _, rows = await self._desk.page(wanted, after=after, limit=MOST_ASKED)
            found += rows
        chosen = sorted(found, key=lambda row: row.id)[:MOST_ASKED]
        since_ms = self._clock.now_ms() - LATE_MS
        waiting = [row for row in chosen if row.filed_ms is not None and row.filed_ms > since_ms]
        return waiting, chosen[-1].id if len(chosen) == MOST_ASKED else 0

    async def _answer(self, row: Registration, answer: FilingAnswer, actor: Actor, done: Round) -> None:
        """`row`: as it was when it was asked about."""
        event = RegistrationEvent.ACCEPTED if answer.accepted else RegistrationEvent.REFUSED
        came_back = {**answer.came_back, **({"words": answer.words} if answer.words else {})}
        current = await self._desk.get(row.id)
        if reference_of(current) != reference_of(row):
            earlier = {"answer": event.value, "reference": row.reference, **came_back}
            await self._apply(current, RegistrationEvent.OUTDATED, Told(came_back=earlier), actor)
            return
        if not REGISTRATION.allows(current.state, event):
            return
        told = Told(reason=answer.reason, at_ms=answer.at_ms, came_back=came_back)
        after = await self._apply(current, event, told, actor)
        if after is None:
            return
        done.answered += 1
        if answer.verified:
            await self._apply(
                after,
                RegistrationEvent.VERIFIED,
                Told(because={"by": "the registrar's word"}),
                actor,
            )

    async def _apply(
        self, row: Registration, event: RegistrationEvent, told: Told, actor: Actor
    ) -> Registration | None:
        """None when it was begun anew, answered or deleted since `row` was read."""
        try:
            return await self._desk.apply(row.id, event, actor=actor, told=told, version=row.version)
        except Refused as error:
            log.info(
                "a registration was changed meanwhile", registration=row.id, what=event.value, why=error.code
            )
            return None
