"""Tables that belong to a time: days of messages and submissions, buckets of nonces and idempotency keys.

Statements name the table of a day instead of the partitioned parent: a plan over the parent locks every partition
there is each time it runs. Tables are made ahead by housekeeping, on demand otherwise, and dropped whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hongyan.kernel.ids import first_id_of_day
from hongyan.storage.postgres.database import AnyConnection

_TABLES_LOCK = 0x686F6E67_0002
_FIRST_DAY = date(2020, 1, 1)
_BUCKET_MINUTES = 16
_HOT = "fillfactor = 80"
"""Messages and submissions are changed once, soon: room for the new version on the same page."""


def day_name(day: int) -> str:
    """`20260528`, for the names of the tables of a day as counted by `day_of`."""
    return (_FIRST_DAY + timedelta(days=day)).strftime("%Y%m%d")


def day_named(name: str) -> int:
    return (date(int(name[:4]), int(name[4:6]), int(name[6:])) - _FIRST_DAY).days


def bucket_of(minute: int) -> int:
    """The bucket of nonces that a signed minute belongs to: its first minute."""
    return minute - minute % _BUCKET_MINUTES


def last_minute(bucket: int) -> int:
    return bucket + _BUCKET_MINUTES - 1


class Tables:
    """Which of these tables are known to exist. Other nodes make and drop them too: one that is not known may be there,
    and a statement that meets one that is gone fails and is tried again after a look."""

    def __init__(self) -> None:
        self.days: set[int] = set()
        self.nonces: set[int] = set()
        self.idempotency: set[int] = set()

    async def load(self, connection: AnyConnection) -> None:
        """Look at what there is: at the start, and when a table turned out to be gone."""
        rows = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND relname ~ '^(submission|nonce|idempotency)_[0-9]+$'"
        )
        found: dict[str, set[int]] = {"submission": set(), "nonce": set(), "idempotency": set()}
        for (name,) in rows:
            kind, _, number = name.partition("_")
            found[kind].add(int(number) if kind == "nonce" else day_named(number))
        self.days, self.nonces, self.idempotency = found.values()

    async def existing(self, connection: AnyConnection, days: Iterable[int]) -> set[int]:
        """Those of these days that have tables."""
        wanted = set(days)
        if wanted - self.days:
            await self.load(connection)
        return wanted & self.days

    async def make(
        self,
        connection: AnyConnection,
        *,
        days: Iterable[int] = (),
        nonces: Iterable[int] = (),
        idempotency: Iterable[int] = (),
    ) -> None:
        """Make what is missing, in a transaction of its own."""
        new_days = sorted(set(days) - self.days)
        new_nonces = sorted(set(nonces) - self.nonces)
        new_idempotency = sorted(set(idempotency) - self.idempotency)
        if not (new_days or new_nonces or new_idempotency):
            return
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _TABLES_LOCK)
            for day in new_days:
                if not await _exists(connection, f"submission_{day_name(day)}"):
                    await connection.execute(_day_tables(day))
            for bucket in new_nonces:
                await connection.execute(
                    f"CREATE TABLE IF NOT EXISTS nonce_{bucket}"
                    " (minute BIGINT NOT NULL, hash BIGINT NOT NULL, PRIMARY KEY (minute, hash))"
                )
            for day in new_idempotency:
                await connection.execute(
                    f"CREATE TABLE IF NOT EXISTS idempotency_{day_name(day)}"
                    " (key BIGINT PRIMARY KEY, body BIGINT NOT NULL, biz_id BIGINT NOT NULL)"
                )
        self.days |= set(new_days)
        self.nonces |= set(new_nonces)
        self.idempotency |= set(new_idempotency)


async def _exists(connection: AnyConnection, name: str) -> bool:
    return bool(await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", name))


def _day_tables(day: int) -> str:
    """Attached instead of made in place, which would lock out every reader of the parent."""
    return "".join(
        f"CREATE TABLE {parent}_{day_name(day)} (LIKE {parent} INCLUDING DEFAULTS) WITH ({_HOT});"
        f"ALTER TABLE {parent} ATTACH PARTITION {parent}_{day_name(day)}"
        f" FOR VALUES FROM ({first_id_of_day(day)}) TO ({first_id_of_day(day + 1)});"
        for parent in ("message", "submission")
    )
