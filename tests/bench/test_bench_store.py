"""Counting in a real store, and waiting for it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import apsw
import pytest
from bench.measure import wait_for_receipts
from bench.store import Stored, StoreReader

from hongyan.storage.sqlite.database import FILE, open_writing

SINCE = 1_780_000_000_000


@pytest.fixture
def writing(tmp_path: Path) -> apsw.Connection:
    return open_writing(tmp_path / FILE)


def put(connection: apsw.Connection, number: int, state: str, *, at: int = SINCE, uncertain: int = 0) -> None:
    connection.execute(
        "INSERT INTO message (id, biz_id, account_id, number, number_hash, signature_id, sign_name, template_code,"
        " category, content, segments, price, channel_id, lane, access_number, reference, accepted_ms, expires_ms,"
        " request_id, state, uncertain) VALUES (?, ?, 1, '13800000000', 0, 1, '鸿雁', 'SMS_1', 1, '【鸿雁】hi', 1,"
        " 450, 1, 1, '1069', 0, ?, ?, 'r', ?, ?)",
        (number, number, at, at, state, uncertain),
    )


def count(connection: apsw.Connection, *, delivered: int = 0, failed: int = 0) -> None:
    connection.execute(
        "INSERT INTO usage_delta (account_id, day, accepted, segments, delivered, failed, held, charged, uncertain)"
        " VALUES (1, 1, 0, 0, ?, ?, 0, 0, 0)",
        (delivered, failed),
    )


async def test_messages_are_counted_by_their_end(tmp_path: Path, writing: apsw.Connection) -> None:
    put(writing, 1, "delivered", at=SINCE - 1)
    for number, state in enumerate(("delivered", "delivered", "failed", "expired", "accepted"), 2):
        put(writing, number, state, uncertain=number % 2)

    async with StoreReader(tmp_path) as store:
        stored = await store.stored(SINCE)
        text = await store.newest_text()
        durability = await store.durability()

    assert stored == Stored(messages=5, delivered=2, failed=1, unfinished=1, uncertain=2)
    assert stored.reported == 3
    assert text
    assert (text.units, text.alphabet, text.segments) == (6, "UCS2", 1)
    assert durability == "SQLite, journal_mode=wal, synchronous=FULL"


async def test_an_empty_store_has_nothing(tmp_path: Path, writing: apsw.Connection) -> None:
    async with StoreReader(tmp_path) as store:
        assert await store.ended() == 0
        assert await store.stored(0) == Stored(0, 0, 0, 0, 0)
        assert await store.newest_text() is None


async def test_waiting_ends_when_the_last_receipt_is_stored(tmp_path: Path, writing: apsw.Connection) -> None:
    count(writing, delivered=7)  # of an earlier run
    put(writing, 1, "delivered")
    put(writing, 2, "accepted")
    count(writing, delivered=1)
    async with StoreReader(tmp_path) as store:
        waiting = asyncio.create_task(wait_for_receipts(store, SINCE, 7, 30))
        await asyncio.sleep(0)
        assert not waiting.done()

        with writing:
            writing.execute("UPDATE message SET state = 'failed' WHERE id = 2")
            count(writing, failed=1)
        stored, looked = await waiting

    assert (stored.messages, stored.reported, stored.unfinished) == (2, 2, 0)
    assert looked > 0


async def test_waiting_is_bounded_and_tells_what_is_missing(tmp_path: Path, writing: apsw.Connection) -> None:
    put(writing, 1, "accepted")

    async with StoreReader(tmp_path) as store:
        stored, _ = await wait_for_receipts(store, SINCE, 0, 0)

    assert (stored.messages, stored.reported, stored.unfinished) == (1, 0, 1)


async def test_counters_that_claim_too_much_are_not_believed(
    tmp_path: Path, writing: apsw.Connection
) -> None:
    put(writing, 1, "accepted")
    count(writing, delivered=5)

    async with StoreReader(tmp_path) as store:
        stored, _ = await wait_for_receipts(store, SINCE, 0, 0.15)

    assert stored.reported == 0
