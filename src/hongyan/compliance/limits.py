"""How much an account may apply for: dated rows, each with the doors and the kinds of accounts that it holds for.

Decided with what is stored, and held: of two applications at the same moment that counted the same, one is stored and the
other one counts again. Complimentary signatures count nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from hongyan.compliance.model import Kind
from hongyan.compliance.refusals import refusal
from hongyan.identity import AccountKind, Actor, Identity, Statement
from hongyan.kernel.clock import Clock, Millis, beijing, day_of, day_start
from hongyan.kernel.errors import Refused, Throttled
from hongyan.storage.port import Store, one

ALIYUN: Final = "aliyun"
ALIYUN_OLD: Final = "aliyun.old"
"""The door of the vendor's old actions (AddSmsSign, AddSmsTemplate): rows for `aliyun` hold there, too."""
_RULED_BY: Final = {"rest": ALIYUN}
"""Our own door has no rules of its own: who applies there is bound as at Alibaba Cloud's."""
TENCENT: Final = "tencent"


class Measure(Enum):
    """What `most` of a row bounds."""

    KEPT = "kept"
    """Objects that are not deleted."""
    DAY = "day"
    """New objects of one natural day in Beijing, deleted ones as well."""
    SPACING = "spacing"
    """`most` milliseconds must lie between two applications, changes of old objects included."""


def vendor_of(door: str) -> str:
    """The vendor's door whose rules and limits hold at a door."""
    return _RULED_BY.get(door, door)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row. No `accounts`: every kind. `valid_until` is the first day without it."""

    kind: Kind
    door: str
    measure: Measure
    most: int
    source: str
    accounts: frozenset[AccountKind] = frozenset()
    valid_from: date = date(2000, 1, 1)
    valid_until: date | None = None

    def holds(self, kind: Kind, account: AccountKind, door: str, on: date) -> bool:
        return (
            self.kind is kind
            and (door == self.door or door.startswith(f"{self.door}."))
            and (not self.accounts or account in self.accounts)
            and self.valid_from <= on
            and (self.valid_until is None or on < self.valid_until)
        )


LIMITS: Final = (
    Limit(
        kind=Kind.SIGNATURE,
        door=TENCENT,
        measure=Measure.KEPT,
        most=50,
        source="seed 002: you can apply for up to 50 SMS signatures",
    ),
    Limit(
        kind=Kind.SIGNATURE,
        door=ALIYUN,
        measure=Measure.DAY,
        most=1,
        accounts=frozenset({AccountKind.INDIVIDUAL}),
        source="vendor: individuals one formal signature per account and natural day, enterprises without limit",
    ),
    Limit(
        kind=Kind.TEMPLATE,
        door=ALIYUN_OLD,
        measure=Measure.DAY,
        most=100,
        source="vendor, AddSmsTemplate: 100 applications a natural day",
    ),
    Limit(
        kind=Kind.TEMPLATE,
        door=ALIYUN_OLD,
        measure=Measure.SPACING,
        most=30_000,
        source="vendor, AddSmsTemplate: 30 seconds between two applications",
    ),
    Limit(
        kind=Kind.QUALIFICATION,
        door=ALIYUN,
        measure=Measure.SPACING,
        most=5_000,
        source="vendor, SubmitSmsQualification: 5 seconds between two applications",
    ),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """What an account has of a kind. `last_ms`: when it applied last, 0 for never."""

    kept: int
    today: int
    last_ms: Millis


def broken(limits: Iterable[Limit], tally: Tally, now: Millis) -> Iterator[Refused]:
    """What one more application would break."""
    for limit in limits:
        match limit.measure:
            case Measure.KEPT if tally.kept >= limit.most:
                yield refusal(f"{limit.kind.value}.too_many", most=limit.most)
            case Measure.DAY if tally.today >= limit.most:
                yield refusal(f"{limit.kind.value}.too_many_today", most=limit.most)
            case Measure.SPACING if 0 <= now - tally.last_ms < limit.most:
                yield Throttled(
                    "application.too_soon",
                    en=f"wait {limit.most // 1000} seconds between two applications",
                    zh=f"两次申请之间须间隔 {limit.most // 1000} 秒",
                    retry_after_ms=tally.last_ms + limit.most - now,
                )


class Limits:
    """Looks at the rows in force, counts, and holds the count."""

    def __init__(
        self, store: Store, clock: Clock, identity: Identity, rows: Iterable[Limit] = LIMITS
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._rows = tuple(rows)

    async def hold(
        self, kind: Kind, account_id: int, actor: Actor, *, again: bool = False
    ) -> list[Statement]:
        """Statements for the Change that stores one more application; none where no limit holds. `again`: with an
        object that is there already, so that only the spacing counts.

        Raises Refused("<kind>.too_many", "<kind>.too_many_today"), Throttled("application.too_soon").
        """
        now = self._clock.now_ms()
        today = beijing(now).date()
        account = await self._identity.account(account_id)
        limits = [
            row
            for row in self._rows
            if row.holds(kind, account.kind, vendor_of(actor.door), today)
            and (not again or row.measure is Measure.SPACING)
        ]
        if not limits:
            return []
        book = one(await self._store.read("compliance.applications", account_id, kind.value))
        version, last_ms = book or (0, 0)
        since = day_start(day_of(now))
        ((kept, applied),) = await self._store.read(f"compliance.tally_{kind.value}s", account_id, since)
        for refused in broken(limits, Tally(kept, applied, last_ms), now):
            raise refused
        if book is None:
            return [("compliance.first_application", (account_id, kind.value, now), 1)]
        return [("compliance.next_application", (account_id, kind.value, version, now), 1)]
