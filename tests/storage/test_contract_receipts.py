"""What the store promises of receipts: duplicate, late and early ones are normal."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, Samples, carrier_id

from hongyan.kernel.clock import DAY_MS, day_of
from hongyan.storage.port import (
    PART_EXPIRED,
    RECEIPT_DUPLICATE,
    RECEIPT_EARLY,
    RECEIPT_LATE,
    RECEIPT_MATCHED,
    Accepted,
    Answered,
    Matched,
    Message,
    PartResult,
)

EARLY = Matched(RECEIPT_EARLY)


async def on_its_way(books: Books, make: Samples, **message: int) -> tuple[Message, PartResult]:
    """An accepted message and the answer that its carrier will give."""
    sent = make.message(**message)
    outcome = await books.one(make.accept(sent))
    assert isinstance(outcome, Accepted)
    return sent, make.result(sent, outcome.outbox_ids[0])


async def submitted(books: Books, make: Samples, **message: int) -> Message:
    sent, result = await on_its_way(books, make, **message)
    await books.one(result)
    return sent


@pytest.mark.parametrize(("delivered", "state"), [(True, "delivered"), (False, "failed")])
async def test_a_receipt_ends_its_message(books: Books, make: Samples, delivered: bool, state: str) -> None:
    message = await submitted(books, make)

    outcome = await books.one(make.receipt(carrier_id(message), delivered=delivered, code="X:001"))

    assert outcome == Matched(RECEIPT_MATCHED, message.id, final=True, delivered=delivered)
    assert await books.message(message.id) == {
        "state": state,
        "receipt_code": "X:001",
        "done_ms": make.now_ms,
        "uncertain": 0,
    }
    assert await books.rows("SELECT receipt_state, receipt_code, receipt_ms FROM submission") == [
        (state, "X:001", make.now_ms - 100)
    ]


async def test_a_result_and_its_receipt_may_share_a_group(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make)

    outcomes = await books.group(make.receipt(carrier_id(message)), result)

    assert outcomes == [Matched(RECEIPT_MATCHED, message.id, final=True, delivered=True), Answered()]
    assert await books.state(message.id) == "delivered"


async def test_everything_of_several_messages_may_share_a_group(books: Books, make: Samples) -> None:
    pairs = [await on_its_way(books, make) for _ in range(20)]

    await books.group(
        *(make.receipt(carrier_id(message)) for message, _ in pairs[::2]),
        *(result for _, result in pairs),
        *(make.receipt(carrier_id(message), delivered=False) for message, _ in pairs[1::2]),
        make.accept(),
    )

    states = await books.rows("SELECT state, count(*) FROM message GROUP BY state ORDER BY state")
    assert states == [("accepted", 1), ("delivered", 10), ("failed", 10)]


@pytest.mark.parametrize("first", [True, False])
async def test_a_repeated_receipt_is_a_duplicate(books: Books, make: Samples, first: bool) -> None:
    message = await submitted(books, make)
    receipt = make.receipt(carrier_id(message), delivered=first)
    await books.one(receipt)
    before = await books.usage(ACCOUNT)

    outcomes = await books.group(receipt, receipt)

    assert outcomes == [Matched(RECEIPT_DUPLICATE, message.id)] * 2
    assert await books.usage(ACCOUNT) == before


async def test_the_same_receipt_twice_in_one_group_counts_once(books: Books, make: Samples) -> None:
    message = await submitted(books, make)
    receipt = make.receipt(carrier_id(message))

    outcomes = await books.group(receipt, receipt)

    assert outcomes == [
        Matched(RECEIPT_MATCHED, message.id, final=True, delivered=True),
        Matched(RECEIPT_DUPLICATE, message.id),
    ]
    assert (await books.usage(ACCOUNT))["delivered"] == 1


async def test_a_failure_after_a_delivery_changes_nothing(books: Books, make: Samples) -> None:
    message = await submitted(books, make)
    await books.one(make.receipt(carrier_id(message)))

    outcome = await books.one(make.receipt(carrier_id(message), delivered=False))

    assert outcome == Matched(RECEIPT_DUPLICATE, message.id)
    assert await books.state(message.id) == "delivered"


@pytest.mark.parametrize("together", [True, False])
async def test_a_delivery_after_a_failure_is_believed(books: Books, make: Samples, together: bool) -> None:
    message = await submitted(books, make)
    failed = make.receipt(carrier_id(message), delivered=False)
    delivered = make.receipt(carrier_id(message))

    if together:
        _, outcome = await books.group(failed, delivered)
    else:
        await books.one(failed)
        outcome = await books.one(delivered)

    assert outcome == Matched(RECEIPT_LATE, message.id, final=True, delivered=True)
    assert (await books.message(message.id))["receipt_code"] == "DELIVRD"
    usage = await books.usage(ACCOUNT)
    assert (usage["delivered"], usage["failed"]) == (1, 0)


async def test_a_message_that_expired_in_part_stays_expired(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make, segments=2)
    await books.one(make.result(message, result.outbox_id, part=1, item_done=False))
    await books.one(make.result(message, result.outbox_id, part=2, outcome=PART_EXPIRED))
    assert await books.state(message.id) == "expired"

    await books.one(make.receipt(carrier_id(message, 1)))

    assert await books.state(message.id) == "expired"


# -- early -------------------------------------------------------------------------------------------------


async def test_an_early_receipt_is_matched_by_the_transaction_that_stores_the_answer(
    books: Books, make: Samples
) -> None:
    message, result = await on_its_way(books, make)

    assert await books.one(make.receipt(carrier_id(message), code="OK")) == EARLY
    assert await books.state(message.id) == "accepted"
    assert await books.one(result) == Answered(None, early=True)

    assert (await books.message(message.id))["receipt_code"] == "OK"
    assert await books.state(message.id) == "delivered"
    assert await books.rows("SELECT * FROM early_receipt") == []
    assert await books.one(make.receipt(carrier_id(message))) == Matched(RECEIPT_DUPLICATE, message.id)


async def test_an_early_receipt_waits_through_a_restart(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make)
    await books.one(make.receipt(carrier_id(message), delivered=False))
    await books.restart()

    assert await books.one(result) == Answered(None, early=True)

    assert await books.state(message.id) == "failed"


async def test_an_early_receipt_that_is_repeated_is_a_duplicate(books: Books, make: Samples) -> None:
    receipt = make.receipt("unknown")

    assert await books.group(receipt, receipt) == [EARLY, Matched(RECEIPT_DUPLICATE)]
    assert await books.one(receipt) == Matched(RECEIPT_DUPLICATE)
    assert await books.value("SELECT count(*) FROM early_receipt") == 1


async def test_early_receipts_of_parts_roll_up(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make, segments=2)
    await books.group(make.receipt(carrier_id(message, 1)), make.receipt(carrier_id(message, 2)))

    outcomes = await books.group(
        make.result(message, result.outbox_id, part=1, item_done=False),
        make.result(message, result.outbox_id, part=2),
    )

    assert outcomes == [Answered(None, early=True)] * 2
    assert await books.state(message.id) == "delivered"


async def test_a_receipt_of_another_channel_does_not_match(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make)
    await books.one(make.receipt(carrier_id(message), channel_id=CHANNEL + 1))

    assert await books.one(result) == Answered()
    assert await books.one(make.receipt(carrier_id(message), channel_id=CHANNEL + 2)) == EARLY

    assert await books.state(message.id) == "accepted"


# -- carrier ids wrap --------------------------------------------------------------------------------------


async def test_a_carrier_id_that_was_used_before_means_the_newest_day(books: Books, make: Samples) -> None:
    messages = []
    for _ in range(2):
        message, result = await on_its_way(books, make)
        await books.one(make.result(message, result.outbox_id, carrier_id="77"))
        messages.append(message)
        make.clock.advance(DAY_MS / 1000)

    assert await books.one(make.receipt("77")) == Matched(
        RECEIPT_MATCHED, messages[1].id, final=True, delivered=True
    )
    assert [await books.state(message.id) for message in messages] == ["accepted", "delivered"]


@pytest.mark.parametrize(("days", "matches"), [(7, True), (8, False)])
async def test_a_carrier_id_is_matched_for_a_week(
    books: Books, make: Samples, days: int, matches: bool
) -> None:
    message = await submitted(books, make)
    make.clock.advance(days * DAY_MS / 1000)

    outcome = await books.one(make.receipt(carrier_id(message)))

    assert isinstance(outcome, Matched)
    assert outcome.verdict == (RECEIPT_MATCHED if matches else RECEIPT_EARLY)


async def test_a_message_accepted_days_before_its_answer_is_found(books: Books, make: Samples) -> None:
    message, result = await on_its_way(books, make)
    make.clock.advance(2 * DAY_MS / 1000)
    day = day_of(make.now_ms)
    await books.one(make.result(message, result.outbox_id, day=day))
    make.clock.advance(3 * DAY_MS / 1000)

    outcome = await books.one(make.receipt(carrier_id(message)))

    assert isinstance(outcome, Matched)
    assert outcome.verdict == RECEIPT_MATCHED
