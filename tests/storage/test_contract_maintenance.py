"""What housekeeping promises: expired things go, counters keep their sums, nothing else changes."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, Samples, carrier_id

from hongyan.kernel.clock import DAY_MS
from hongyan.storage.port import Accepted, Answered, Done, Maintain, Maintained, Nonce, Refusal
from hongyan.storage.postgres import maintenance
from hongyan.storage.sqlite import early

ROUNDS = 5
"""Enough rounds for the few rows of a test."""


async def test_nonces_are_kept_while_their_timestamp_may_still_be_used(books: Books, make: Samples) -> None:
    signed = make.minute
    await books.one(Nonce(signed, 1))

    kept = Maintain(make.now_ms, make.now_ms + 31 * 60_000)
    assert await books.one(kept) == Maintained()
    assert await books.one(Nonce(signed, 1)) == Refusal("nonce.used")


async def test_nonces_go_in_whole_buckets_when_their_time_is_over(books: Books, make: Samples) -> None:
    signed = make.minute
    await books.group(*(Nonce(signed, number) for number in range(50)), Nonce(signed + 60, 1))

    await books.one(Maintain(make.now_ms, make.now_ms + 59 * 60_000))
    await books.restart()

    assert await books.one(Nonce(signed, 1)) == Done()
    assert await books.one(Nonce(signed + 60, 1)) == Refusal("nonce.used")


async def test_nonces_follow_the_real_clock_and_not_the_moved_one(books: Books, make: Samples) -> None:
    await books.one(Nonce(make.minute, 1))

    await books.one(Maintain(make.now_ms + 90 * DAY_MS, make.now_ms))

    assert await books.one(Nonce(make.minute, 1)) == Refusal("nonce.used")


async def test_counters_are_folded_and_keep_their_sums(books: Books, make: Samples) -> None:
    for _ in range(2):
        for account in (ACCOUNT, 8):
            message = make.message(account_id=account)
            outcome = await books.one(make.accept(message))
            assert isinstance(outcome, Accepted)
            await books.one(make.result(message, outcome.outbox_ids[0]))
            await books.one(make.receipt(carrier_id(message)))
        before = [await books.usage(account) for account in (ACCOUNT, 8, 0)]

        await books.one(make.maintain())

        assert [await books.usage(account) for account in (ACCOUNT, 8, 0)] == before
        assert await books.rows("SELECT * FROM usage_delta") == []
    assert await books.value("SELECT count(*) FROM usage_day") == 2


async def test_counters_belong_to_the_day_of_their_event(books: Books, make: Samples) -> None:
    message = make.message()
    outcome = await books.one(make.accept(message))
    assert isinstance(outcome, Accepted)
    make.clock.advance(DAY_MS / 1000)
    await books.group(make.result(message, outcome.outbox_ids[0]), make.receipt(carrier_id(message)))

    await books.one(make.maintain())

    days = await books.rows("SELECT accepted, delivered, held FROM usage_day ORDER BY day")
    assert days == [(1, 0, message.price), (0, 1, -message.price)]


async def test_an_early_receipt_counts_on_the_day_of_its_answer(books: Books, make: Samples) -> None:
    message = make.message()
    outcome = await books.one(make.accept(message))
    assert isinstance(outcome, Accepted)
    await books.one(make.receipt(carrier_id(message)))
    make.clock.advance(DAY_MS / 1000)
    await books.one(make.result(message, outcome.outbox_ids[0]))

    await books.one(make.maintain())

    assert await books.rows("SELECT accepted, delivered FROM usage_day ORDER BY day") == [(1, 0), (0, 1)]


async def test_messages_are_kept_for_ever_by_default(books: Books, make: Samples) -> None:
    await books.one(make.accept())
    make.clock.advance(3_000 * DAY_MS / 1000)

    await books.one(make.maintain())

    assert await books.value("SELECT count(*) FROM message") == 1


async def test_messages_beyond_retention_go_with_their_answers(books: Books, make: Samples) -> None:
    old, kept = make.message(), None
    for days in (0, 1):
        make.clock.advance(days * DAY_MS / 1000)
        kept = make.message()
        outcome = await books.one(make.accept(*((old, kept) if not days else (kept,))))
        assert isinstance(outcome, Accepted)
        await books.one(make.result(kept, outcome.outbox_ids[0]))
    make.clock.advance(29 * DAY_MS / 1000)
    assert kept is not None

    for _ in range(ROUNDS):
        await books.one(make.maintain(keep_days=29))

    assert await books.rows("SELECT id FROM message") == [(kept.id,)]
    assert await books.rows("SELECT message_id FROM submission") == [(kept.id,)]


async def test_early_receipts_are_kept_for_three_days(books: Books, make: Samples) -> None:
    await books.one(make.receipt("a"))
    make.clock.advance(DAY_MS / 1000)
    await books.one(make.receipt("b"))
    make.clock.advance(2.5 * DAY_MS / 1000)

    await books.one(make.maintain())

    assert await books.rows("SELECT carrier_id FROM early_receipt") == [("b",)]


async def test_when_too_many_early_receipts_wait_the_oldest_go_and_are_counted(
    books: Books, make: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "MOST_EARLY_RECEIPTS", 10)
    monkeypatch.setattr(early, "EARLY_RECEIPTS_GO", 3)
    monkeypatch.setattr(maintenance, "MOST_EARLY_RECEIPTS", 10)
    message = make.message()
    outcome = await books.one(make.accept(message))
    assert isinstance(outcome, Accepted)
    for number in range(30):
        make.clock.advance(1)
        await books.one(make.receipt(f"nobody's {number}"))
    await books.one(make.receipt(carrier_id(message)))

    maintained = await books.one(make.maintain())

    assert isinstance(maintained, Maintained)
    assert maintained.early.keys() == maintained.dropped.keys() == {CHANNEL}
    assert maintained.early[CHANNEL] <= 10
    assert maintained.early[CHANNEL] + maintained.dropped[CHANNEL] == 31
    kept = await books.rows("SELECT carrier_id FROM early_receipt WHERE carrier_id LIKE 'nobody%'")
    newest = {f"nobody's {number}" for number in range(30)[-len(kept) :]}
    assert {carrier_id for (carrier_id,) in kept} == newest
    assert await books.one(make.result(message, outcome.outbox_ids[0])) == Answered(None, early=True)
    assert await books.one(make.maintain()) == Maintained(
        {CHANNEL: maintained.early[CHANNEL] - 1}, maintained.dropped
    )


async def test_a_channel_that_brings_too_many_early_receipts_loses_its_own_and_nobody_elses(
    books: Books, make: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "MOST_EARLY_RECEIPTS", 20)
    monkeypatch.setattr(early, "EARLY_RECEIPTS_GO", 3)
    monkeypatch.setattr(maintenance, "MOST_EARLY_RECEIPTS", 20)
    quiet = [make.receipt(f"quiet {number}", channel_id=CHANNEL + 1) for number in range(5)]
    for receipt in quiet:
        await books.one(receipt)
    for number in range(100):
        make.clock.advance(1)
        await books.one(make.receipt(f"nobody's {number}"))

    maintained = await books.one(make.maintain())

    assert isinstance(maintained, Maintained)
    assert maintained.early[CHANNEL + 1] == 5
    assert maintained.dropped == {CHANNEL: 100 - maintained.early[CHANNEL]}
    assert sum(maintained.early.values()) <= 20
    kept = await books.rows("SELECT carrier_id FROM early_receipt WHERE channel_id = $1", CHANNEL + 1)
    assert {carrier_id for (carrier_id,) in kept} == {receipt.carrier_id for receipt in quiet}
