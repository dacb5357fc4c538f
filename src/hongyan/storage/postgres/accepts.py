"""Accepts and bare nonces of a group: read what may refuse them, decide, plan the rows of those that are admitted."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from hongyan.kernel.clock import day_of
from hongyan.kernel.ids import day_of_id
from hongyan.storage.port import Accept, Accepted, Done, OutboxItem, Outcome, Refusal
from hongyan.storage.postgres import sql
from hongyan.storage.postgres.admission import Admission, UsedNonce, pack
from hongyan.storage.postgres.tables import bucket_of
from hongyan.storage.postgres.work import Indexed, Work, group_by

_DONE = Done()


class Accepts:
    """Used once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._inserted: set[UsedNonce] = set()

    async def admit(self, nonces: Indexed, accepts: Indexed, outcomes: list[Outcome | None]) -> None:
        """Decide about accepts and bare nonces, and plan the rows of those that are admitted."""
        admission = await self._look(nonces, accepts)
        for index, nonce in nonces:
            used = not admission.use((nonce.minute, nonce.hash))
            outcomes[index] = Refusal("nonce.used") if used else _DONE
        messages: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for index, accept in accepts:
            outcomes[index] = admission.refuse(accept) or self._accept(accept, messages)
        batch = self._work.batch
        for day, rows in messages.items():
            batch.add(sql.insert_messages(day), rows)
        for bucket, unused in group_by(_bucket_of_nonce, sorted(self._inserted - admission.kept)).items():
            batch.add(sql.delete_nonces(bucket), unused)
        for day, keys in group_by(_first, admission.new_keys).items():
            batch.add(sql.insert_idempotency(day), [key[1:] for key in keys])
        batch.add(
            sql.UPSERT_FREQUENCY,
            [(key, times[-1], pack(times)) for key, times in sorted(admission.new_times.items())],
        )

    async def _look(self, nonces: Indexed, accepts: Indexed) -> Admission:
        fetch = self._work.connection.fetch
        keys: dict[int, tuple[int, int]] = {}
        times: dict[int, bytes] = {}
        balances: dict[int, tuple[int, int]] = {}
        wanted_keys = {accept.idempotency[0] for _, accept in accepts if accept.idempotency is not None}
        limited = {limit.key for _, accept in accepts for limit in accept.limits}
        if wanted_keys or limited:
            await fetch(sql.LOCK_KEYS, sorted(wanted_keys | limited))
        if wanted_keys:
            today = {day_of(accept.now_ms) for _, accept in accepts}
            for day in today | {day - 1 for day in today}:
                for key, body, biz_id in await fetch(sql.known_idempotency(day), sorted(wanted_keys)):
                    keys[key] = body, biz_id
        if limited:
            times = {row[0]: row[1] for row in await fetch(sql.FREQUENCIES, sorted(limited))}
        finite = sorted({accept.account_id for _, accept in accepts if accept.hold} & self._work.finite)
        if finite:
            balances = {row[0]: (row[1], row[2]) for row in await fetch(sql.BALANCES, finite)}
        used = await self._use_nonces(
            {(nonce.minute, nonce.hash) for _, nonce in nonces}
            | {accept.nonce for _, accept in accepts if accept.nonce is not None}
        )
        return Admission(used=used, keys=keys, times=times, balances=balances)

    async def _use_nonces(self, wanted: set[UsedNonce]) -> list[UsedNonce]:
        """Those that were used before; the others stand in the table now, and are taken out when not needed."""
        self._inserted = wanted
        if not wanted:
            return []
        minutes, hashes = zip(*sorted(wanted), strict=True)
        buckets = tuple(sorted({bucket_of(minute) for minute in minutes}))
        used = [
            (row[0], row[1])
            for row in await self._work.connection.fetch(sql.use_nonces(buckets), minutes, hashes)
        ]
        self._inserted = wanted.difference(used)
        return used

    def _accept(self, accept: Accept, messages: dict[int, list[tuple[Any, ...]]]) -> Accepted:
        usage = self._work.usage.of(accept.account_id)
        self._work.now_ms = accept.now_ms
        rows: dict[tuple[int, int], int] = {}
        ids = []
        for message in accept.messages:
            messages[day_of_id(message.id)].append(msgspec.structs.astuple(message))
            usage.segments += message.segments
            row_id = self._work.rows.add(
                message.channel_id, message.lane, 0, OutboxItem(message.id, 1, message.reference)
            )
            rows[message.channel_id, message.lane] = row_id
            ids.append(row_id)
        usage.accepted += len(ids)
        usage.held += accept.hold
        return Accepted((ids[0],) if len(rows) == 1 else tuple(ids))


def _first(row: tuple[int, ...]) -> int:
    return row[0]


def _bucket_of_nonce(nonce: UsedNonce) -> int:
    return bucket_of(nonce[0])
