"""What the store promises of receipts that never come: a message ends once, is paid for, and can still be corrected."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, PRICE, Samples, carrier_id

from hongyan.kernel.clock import DAY_MS
from hongyan.storage.port import (
    PART_ELSEWHERE,
    PART_REFUSED,
    PART_RETRY,
    RECEIPT_DUPLICATE,
    RECEIPT_LATE,
    Accepted,
    Change,
    Ended,
    Matched,
    Message,
    Move,
    Overdue,
)

FUNDS = 10 * PRICE
WAITED_SECONDS = 72 * 3_600


async def accepted(books: Books, make: Samples, **message: int) -> tuple[Message, int]:
    """A message and its outbox row."""
    sent = make.message(**message)
    outcome = await books.one(make.accept(sent))
    assert isinstance(outcome, Accepted)
    return sent, outcome.outbox_ids[0]


async def taken(books: Books, make: Samples, **message: int) -> Message:
    """A message that a carrier took with all its parts, just now."""
    sent, row = await accepted(books, make, **message)
    for part in range(1, sent.segments + 1):
        await books.one(make.result(sent, row, part=part, item_done=part == sent.segments))
    return sent


def overdue(make: Samples, *messages: Message) -> Overdue:
    return Overdue(
        tuple(message.id for message in messages), make.now_ms - WAITED_SECONDS * 1000, make.now_ms
    )


async def ended(books: Books, make: Samples, *messages: Message) -> set[int]:
    outcome = await books.one(overdue(make, *messages))
    assert isinstance(outcome, Ended)
    return set(outcome.message_ids)


async def without_receipt(books: Books, make: Samples, **message: int) -> Message:
    """A message that ended so."""
    sent = await taken(books, make, **message)
    make.clock.advance(WAITED_SECONDS + 1)
    assert await ended(books, make, sent) == {sent.id}
    return sent


async def limit_funds(books: Books) -> None:
    await books.rows("INSERT INTO account_balance (account_id, balance) VALUES ($1, $2)", ACCOUNT, FUNDS)
    await books.one(Change((), topics=(("balance", str(ACCOUNT)),)))


async def money(books: Books) -> dict[str, int]:
    """What the counters and the balance say, which must be the same."""
    usage = await books.usage(ACCOUNT)
    assert await books.balance(ACCOUNT) == (FUNDS - usage["charged"], usage["held"])
    return {name: usage[name] for name in ("delivered", "failed", "held", "charged")}


async def test_it_ends_and_is_charged_because_the_carrier_bills_it(books: Books, make: Samples) -> None:
    await limit_funds(books)
    message = await taken(books, make, segments=2, price=2 * PRICE)
    assert await money(books) == {"delivered": 0, "failed": 0, "held": 2 * PRICE, "charged": 0}
    make.clock.advance(WAITED_SECONDS + 1)

    assert await ended(books, make, message) == {message.id}

    assert await books.message(message.id) == {
        "state": "no_receipt",
        "receipt_code": "NO_RECEIPT",
        "done_ms": make.now_ms,
        "uncertain": 0,
    }
    assert await money(books) == {"delivered": 0, "failed": 0, "held": 0, "charged": 2 * PRICE}


async def test_it_ends_once(books: Books, make: Samples) -> None:
    await limit_funds(books)
    message = await taken(books, make)
    make.clock.advance(WAITED_SECONDS + 1)

    outcomes = await books.group(overdue(make, message), overdue(make, message))

    assert outcomes == [Ended((message.id,)), Ended(())]
    assert await ended(books, make, message) == set()
    assert (await money(books))["charged"] == PRICE


async def test_only_what_was_taken_whole_and_long_ago_ends(books: Books, make: Samples) -> None:
    fresh_answer, fresh_row = await accepted(books, make)
    unanswered, _ = await accepted(books, make)
    half, half_row = await accepted(books, make, segments=2)
    again, again_row = await accepted(books, make)
    refused, refused_row = await accepted(books, make)
    elsewhere, elsewhere_row = await accepted(books, make)
    await books.group(
        make.result(half, half_row, part=2, item_done=False),
        make.result(again, again_row, outcome=PART_RETRY, retry_at_ms=make.now_ms + 1),
        make.result(refused, refused_row, outcome=PART_REFUSED),
        make.result(
            elsewhere, elsewhere_row, outcome=PART_ELSEWHERE, move_to=Move(CHANNEL + 1, "1069", 1, 1)
        ),
    )
    old = await taken(books, make)
    done = await taken(books, make)
    await books.one(make.receipt(carrier_id(done)))
    make.clock.advance(60)
    await books.one(make.result(fresh_answer, fresh_row))
    make.clock.advance(WAITED_SECONDS - 30)

    everything = (fresh_answer, unanswered, half, again, refused, elsewhere, old, done)
    assert await ended(books, make, *everything) == {old.id}

    make.clock.advance(60)
    assert await ended(books, make, *everything) == {fresh_answer.id}


async def test_parts_without_a_receipt_end_a_message_whose_others_have_theirs(
    books: Books, make: Samples
) -> None:
    message = await taken(books, make, segments=3)
    for part in (1, 3):
        await books.one(make.receipt(carrier_id(message, part)))
    make.clock.advance(WAITED_SECONDS + 1)

    assert await ended(books, make, message) == {message.id}

    outcome = await books.one(make.receipt(carrier_id(message, 2)))
    assert outcome == Matched(RECEIPT_LATE, message.id, final=True, delivered=True)
    assert await books.state(message.id) == "delivered"


async def test_what_went_again_or_elsewhere_counts_from_its_last_answer(books: Books, make: Samples) -> None:
    message, row = await accepted(books, make)
    outcome = await books.one(
        make.result(message, row, outcome=PART_ELSEWHERE, move_to=Move(CHANNEL + 1, "1069", 1, 2))
    )
    new = outcome.retry.id  # type: ignore[union-attr]
    make.clock.advance(WAITED_SECONDS)
    for part in (1, 2):
        there = make.result(
            message, new, part=part, parts=2, attempt=2, channel_id=CHANNEL + 1, item_done=part == 2
        )
        await books.one(there)
        make.clock.advance(60)
    make.clock.advance(WAITED_SECONDS - 90)
    assert await ended(books, make, message) == set()
    make.clock.advance(60)

    assert await ended(books, make, message) == {message.id}


@pytest.mark.parametrize("days", [0, 3])
async def test_a_delivery_that_comes_after_all_is_believed_and_costs_nothing_more(
    books: Books, make: Samples, days: int
) -> None:
    await limit_funds(books)
    message = await without_receipt(books, make)
    make.clock.advance(days * DAY_MS / 1000)

    outcome = await books.one(make.receipt(carrier_id(message)))

    assert outcome == Matched(RECEIPT_LATE, message.id, final=True, delivered=True)
    assert (await books.message(message.id))["receipt_code"] == "DELIVRD"
    assert await money(books) == {"delivered": 1, "failed": 0, "held": 0, "charged": PRICE}


async def test_a_failure_that_comes_after_all_is_believed_and_paid_back(books: Books, make: Samples) -> None:
    await limit_funds(books)
    message = await without_receipt(books, make)

    outcome = await books.one(make.receipt(carrier_id(message), delivered=False))

    assert outcome == Matched(RECEIPT_LATE, message.id, final=True, delivered=False)
    assert await books.state(message.id) == "failed"
    assert await money(books) == {"delivered": 0, "failed": 1, "held": 0, "charged": 0}
    assert await books.one(make.receipt(carrier_id(message), delivered=False)) == Matched(
        RECEIPT_DUPLICATE, message.id
    )
    await books.one(make.receipt(carrier_id(message)))
    assert await money(books) == {"delivered": 1, "failed": 0, "held": 0, "charged": PRICE}


async def test_a_receipt_and_the_end_may_meet_in_one_group(books: Books, make: Samples) -> None:
    await limit_funds(books)
    message = await taken(books, make)
    make.clock.advance(WAITED_SECONDS + 1)

    await books.group(overdue(make, message), make.receipt(carrier_id(message)))

    assert await books.state(message.id) == "delivered"
    assert await money(books) == {"delivered": 1, "failed": 0, "held": 0, "charged": PRICE}


async def test_messages_that_are_gone_are_passed_over(books: Books, make: Samples) -> None:
    gone = make.message()
    make.clock.advance(400 * DAY_MS / 1000)
    kept = await without_receipt(books, make)
    assert await ended(books, make, gone, kept) == set()
