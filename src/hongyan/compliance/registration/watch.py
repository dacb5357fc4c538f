"""What time does to registrations: a carrier's silence is read and ends one day, what is not used lapses.

Everything follows from what is stored and from the business clock, so that a restart, a second node, or a round too many
changes nothing. A round reads what carriers have, some at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

import structlog

from hongyan.compliance.registration.beginning import PLATFORM
from hongyan.compliance.registration.deadlines import Expected, Wait
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.idleness import LEAST_DAYS, WARNED_AFTER
from hongyan.compliance.registration.model import Inference, Registration, RegistrationFilter
from hongyan.compliance.registration.moving import NOTHING_TOLD, Told
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.states import RegistrationEvent, RegistrationState
from hongyan.compliance.registration.views import RegistrationViews
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import HongyanError, Refused

log = structlog.get_logger(__name__)

ROUND_SECONDS: Final = 60.0
"""Between two rounds. Ours: what they look for is a matter of days, but the sandbox's day can be moved."""
LOOK_EVERY_MS: Final = 3_600_000
"""Between two looks at what arrives of one registration, by the business clock; silence is a matter of days."""
_AT_ONCE: Final = 500


class Arrivals(NamedTuple):
    """What the messages of a registration that nobody answered say. `meaning`: ACCEPTED when they arrive as those of
    registered signatures do, REFUSED when they do not."""

    meaning: Inference
    facts: Mapping[str, Any]


class Evidence(Protocol):
    """What is known of messages; see `registration.evidence`."""

    async def arrivals(self, row: Registration) -> Arrivals:
        """Since it was filed."""
        ...


class RegistrationWatch:
    """`clock`: the business clock."""

    def __init__(
        self, clock: Clock, desk: Registrations, views: RegistrationViews, evidence: Evidence
    ) -> None:
        self._clock = clock
        self._desk = desk
        self._views = views
        self._evidence = evidence
        self._looked: dict[int, Millis] = {}
        self.counts: Mapping[tuple[Network, RegistrationState], int] = {}
        """How many there are on each network in each state, as of the last round."""
        self.silent: Mapping[int, int] = dict.fromkeys(WARNED_AFTER, 0)
        """Registrations by the last warning that their silence has passed, as of the last look."""
        self._silent_at: Millis | None = None
        self.timed_out = self.lapsed = self.inferred = 0
        """Events since the start, by this node."""
        self.overdue = self.unfiled = 0
        """Registrations that were, in the last round: with the carrier for too long, not handed in to it yet."""

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.round()
            except HongyanError as error:
                log.warning("registrations could not be looked at now", why=error.code)
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> None:
        """Look at everything that waits or can lapse."""
        expected: dict[Network, Expected] = {}
        overdue, unfiled, now_ms = 0, 0, self._clock.now_ms()
        looked: dict[int, Millis] = {}
        async for row in self._desk.all(RegistrationFilter(state=RegistrationState.REGISTERING)):
            if row.filed_ms is None:
                unfiled += 1
                continue
            if row.network not in expected:
                expected[row.network] = await self._views.deadlines.expected(row.network)
            wait = self._views.deadlines.wait(row.filed_ms, expected[row.network])
            overdue += wait.overdue
            if now_ms - self._looked.get(row.id, 0) >= LOOK_EVERY_MS:
                looked[row.id] = now_ms
                await self._waiting(row, wait)
            else:
                looked[row.id] = self._looked[row.id]
        self.overdue, self.unfiled, self._looked = overdue, unfiled, looked
        await self._lapse()
        await self._warn()
        self.counts = await self._desk.counts()

    async def _waiting(self, row: Registration, wait: Wait) -> None:
        """A silence that arrivals explain is marked; one that lasts too long is a failure, unless messages arrive."""
        arrivals = await self._evidence.arrivals(row)
        meaning = arrivals.meaning
        if meaning is Inference.REFUSED and not wait.overdue:
            meaning = (
                Inference.NOTHING
            )  # before a carrier has had its time, what is not registered does not arrive
        if wait.timed_out and meaning is not Inference.ACCEPTED:
            because = {"elapsed": wait.elapsed, **arrivals.facts}
            self.timed_out += await self._apply(row, RegistrationEvent.TIMED_OUT, Told(came_back=because))
        elif meaning is not row.inferred:
            because = {"elapsed": wait.elapsed, "usual_at_most": wait.expected.most, **arrivals.facts}
            told = Told(inferred=meaning, because=because, came_back={"inferred": meaning.value, **because})
            self.inferred += await self._apply(row, RegistrationEvent.INFERRED, told)

    async def _lapse(self) -> None:
        rows: list[Registration] = []
        async for row in self._desk.silent(self._clock.now_ms() - LEAST_DAYS * DAY_MS):
            rows.append(row)
            if len(rows) == _AT_ONCE:
                await self._lapse_of(rows)
                rows = []
        await self._lapse_of(rows)

    async def _warn(self) -> None:
        """Count what is silent, and tell once of each signature that has passed another limit since the last look."""
        now_ms = self._clock.now_ms()
        if self._silent_at is not None and now_ms - self._silent_at < LOOK_EVERY_MS:
            return
        before_ms = now_ms - DAY_MS if self._silent_at is None else self._silent_at
        counts, told = dict.fromkeys(WARNED_AFTER, 0), set[int]()
        for view in await self._views.lapsing():
            row, silence = view.registration, view.silence
            assert silence is not None
            counts[silence.warning] += 1
            if row.signature_id not in told and silence.warning_at(before_ms) < silence.warning:
                told.add(row.signature_id)
                log.warning(
                    "a signature is not sent, and its registrations lapse",
                    account_id=row.account_id,
                    signature=row.sign_name,
                    days=silence.days,
                    lapses_on=silence.lapses_on.isoformat(),
                )
        self.silent, self._silent_at = counts, now_ms

    async def _lapse_of(self, rows: list[Registration]) -> None:
        silences = await self._views.silences(rows)
        for row in rows:
            silence = silences[row.id]
            if silence.lapsed:
                told = Told(came_back={"silent_days": silence.days})
                self.lapsed += await self._apply(row, RegistrationEvent.IDLE, told)

    async def _apply(self, row: Registration, event: RegistrationEvent, told: Told = NOTHING_TOLD) -> bool:
        """False when it was answered, begun anew or deleted meanwhile."""
        try:
            await self._desk.apply(row.id, event, actor=PLATFORM, told=told, version=row.version)
        except Refused as error:
            log.info("a registration was changed meanwhile", registration=row.id, why=error.code)
            return False
        return True
