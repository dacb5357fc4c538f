"""What the store promises of carriers' answers: stored once, the outbox shrinks, the message ends when it must."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, PRICE, Samples, carrier_id

from hongyan.kernel.clock import day_of
from hongyan.storage.port import (
    LANE_CODES,
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    PART_SUBMITTED,
    Accepted,
    Answered,
    Matched,
    Message,
    OutboxItem,
    OutboxRow,
)

COLUMNS = (
    "message_id, part, attempt, parts, channel_id, carrier_id, day, status, outcome, reference, at_ms, error"
)


async def accepted(books: Books, make: Samples, *messages: Message) -> int:
    """The outbox row of an accepted request."""
    outcome = await books.one(make.accept(*messages))
    assert isinstance(outcome, Accepted)
    return outcome.outbox_ids[0]


async def test_an_answer_is_stored_as_it_came(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    result = make.result(message, row, part=2, status=3, error="ESME_RX", carrier_id="A-1", item_done=False)

    assert await books.one(result) == Answered()

    assert await books.rows(f"SELECT {COLUMNS}, receipt_state FROM submission") == [
        (
            *(message.id, 2, 1, 2, CHANNEL, "A-1", day_of(make.now_ms), 3, PART_SUBMITTED),
            *(message.reference, make.now_ms, "ESME_RX", "waiting"),
        )
    ]
    assert await books.state(message.id) == "accepted"


async def test_an_outbox_row_goes_when_each_of_its_messages_is_answered(books: Books, make: Samples) -> None:
    first, second, third = make.message(), make.message(), make.message()
    row = await accepted(books, make, first, second, third)

    await books.group(make.result(first, row), make.result(second, row))
    assert list(await books.outbox()) == [row]
    await books.one(make.result(third, row))
    assert await books.outbox() == {}


async def test_a_message_of_several_parts_is_answered_with_its_last_part(books: Books, make: Samples) -> None:
    message = make.message(segments=3)
    row = await accepted(books, make, message)

    for part in (3, 1):
        await books.one(make.result(message, row, part=part, item_done=False))
    assert list(await books.outbox()) == [row]
    await books.one(make.result(message, row, part=2))
    assert await books.outbox() == {}


async def test_answers_are_remembered_when_a_later_group_fails(books: Books, make: Samples) -> None:
    first, second = make.message(), make.message()
    row = await accepted(books, make, first, second)
    await books.one(make.result(first, row))

    await books.one(make.accept(make.message(id=first.id)))  # refused: the id is taken
    await books.one(make.result(second, row))

    assert await books.outbox() == {}


async def test_a_refused_part_fails_the_message(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    make.clock.advance(1)

    refused = make.result(
        message, row, part=2, outcome=PART_REFUSED, status=11, error="RINVDSTADR", item_done=False
    )
    assert await books.one(refused) == Answered()

    assert await books.message(message.id) == {
        "state": "failed",
        "receipt_code": "RINVDSTADR",
        "done_ms": make.now_ms,
        "uncertain": 0,
    }
    assert (await books.usage(ACCOUNT))["failed"] == 1
    await books.one(make.result(message, row, part=1))
    assert await books.outbox() == {}
    assert (await books.usage(ACCOUNT))["failed"] == 1


async def test_an_expired_message_ends_without_an_answer(books: Books, make: Samples) -> None:
    message = make.message()
    row = await accepted(books, make, message)

    await books.one(make.result(message, row, outcome=PART_EXPIRED, error="EXPIRED"))

    assert (await books.state(message.id), await books.outbox()) == ("expired", {})
    assert await books.rows("SELECT * FROM submission") == []
    usage = await books.usage(ACCOUNT)
    assert (usage["failed"], usage["held"]) == (1, 0)


async def test_a_retry_is_written_with_the_refusal_that_caused_it(books: Books, make: Samples) -> None:
    message = make.message(lane=LANE_CODES)
    row = await accepted(books, make, message)

    outcome = await books.one(
        make.result(message, row, outcome=PART_RETRY, status=20, retry_at_ms=make.now_ms + 5_000)
    )

    item = OutboxItem(message.id, 2, message.reference, mask=0b1)
    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    assert outcome.retry == OutboxRow(
        outcome.retry.id, CHANNEL, LANE_CODES, make.now_ms + 5_000, False, (item,)
    )
    assert outcome.retry.id > row
    assert await books.outbox() == {outcome.retry.id: [item]}
    assert await books.state(message.id) == "accepted"
    await books.one(make.result(message, outcome.retry.id, attempt=2))
    assert await books.outbox() == {}


async def test_a_retry_of_one_part_names_that_part(books: Books, make: Samples) -> None:
    message = make.message(segments=3)
    row = await accepted(books, make, message)

    outcome = await books.one(
        make.result(message, row, part=2, outcome=PART_RETRY, retry_at_ms=make.now_ms + 1, item_done=False)
    )

    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    assert outcome.retry.items == (OutboxItem(message.id, 2, message.reference, mask=0b10),)
    assert len(await books.outbox()) == 2


async def test_retries_of_one_group_for_one_time_share_a_row(books: Books, make: Samples) -> None:
    messages = [make.message() for _ in range(3)]
    row = await accepted(books, make, *messages)
    later = make.now_ms + 5_000

    outcomes = await books.group(
        *(make.result(message, row, outcome=PART_RETRY, retry_at_ms=later) for message in messages)
    )

    retries = [outcome.retry for outcome in outcomes if isinstance(outcome, Answered) and outcome.retry]
    assert [retry.items[0].message_id for retry in retries] == [message.id for message in messages]
    (shared,) = {retry.id for retry in retries}
    assert {row_id: len(items) for row_id, items in (await books.outbox()).items()} == {shared: 3}
    await books.group(*(make.result(message, shared, attempt=2) for message in messages))
    assert await books.outbox() == {}


async def test_an_uncertain_answer_counts_its_message(books: Books, make: Samples) -> None:
    message = make.message()
    row = await accepted(books, make, message)

    await books.one(make.result(message, row, attempt=2, uncertain=1))

    assert (await books.message(message.id))["uncertain"] == 1
    assert (await books.usage(ACCOUNT))["uncertain"] == 1


async def test_the_same_answer_stored_twice_is_one(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    result = make.result(message, row, item_done=False)

    assert await books.group(result, result) == [Answered(), Answered()]

    assert await books.value("SELECT count(*) FROM submission") == 1


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
@pytest.mark.parametrize("failing", [None, 1, 2, 3])
async def test_parts_roll_up_in_any_order(
    books: Books, make: Samples, order: tuple[int, ...], failing: int | None
) -> None:
    message = make.message(segments=3)
    row = await accepted(books, make, message)
    for part in order:
        await books.one(make.result(message, row, part=part, item_done=part == order[-1]))

    final = []
    for part in reversed(order):
        outcome = await books.one(make.receipt(carrier_id(message, part), delivered=part != failing))
        assert isinstance(outcome, Matched)
        final.append(outcome.final)

    assert await books.state(message.id) == ("delivered" if failing is None else "failed")
    assert final.count(True) == 1
    if failing is None:
        assert final == [False, False, True]
    usage = await books.usage(ACCOUNT)
    assert (usage["delivered"], usage["failed"]) == ((1, 0) if failing is None else (0, 1))
    assert (usage["held"], usage["charged"]) == (0, 3 * PRICE if failing is None else 0)


@pytest.mark.parametrize(("first", "second"), list(product(("result", "receipt"), repeat=2)))
async def test_parts_roll_up_in_one_group_whatever_comes_first(
    books: Books, make: Samples, first: str, second: str
) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    commands = []
    for part, order in ((1, first), (2, second)):
        pair = [
            make.result(message, row, part=part, item_done=part == 2),
            make.receipt(carrier_id(message, part)),
        ]
        commands += pair if order == "result" else pair[::-1]

    await books.group(*commands)

    assert await books.state(message.id) == "delivered"
    assert await books.outbox() == {}


async def test_a_later_attempt_speaks_for_its_part(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=1, item_done=False))
    outcome = await books.one(
        make.result(message, row, part=2, outcome=PART_RETRY, retry_at_ms=make.now_ms + 1)
    )
    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    await books.one(make.result(message, outcome.retry.id, part=2, attempt=2))

    await books.group(make.receipt(carrier_id(message, 1)), make.receipt(carrier_id(message, 2, 2)))

    assert await books.state(message.id) == "delivered"
