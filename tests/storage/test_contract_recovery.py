"""What the store promises after a stop: what may have been submitted goes again and is counted, nothing else does."""

from __future__ import annotations

from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, Samples, carrier_id

from hongyan.storage.port import (
    LANE_NOTICES,
    PART_REFUSED,
    PART_RETRY,
    Accepted,
    Answered,
    Change,
    Done,
    Message,
    OutboxItem,
    OutboxRow,
    Reissue,
    Reissued,
)

CLEAN_STOP = Change((("storage.note_clean_stop", (), None),))


async def accepted(books: Books, make: Samples, *messages: Message) -> int:
    outcome = await books.one(make.accept(*messages))
    assert isinstance(outcome, Accepted)
    return outcome.outbox_ids[0]


async def suspects(books: Books) -> list[int]:
    """Rows that must be reissued before they are used, as dispatch reads them."""
    rows = await books.store.read("storage.outbox_after", CHANNEL, LANE_NOTICES, 0, 1_000)
    return [row[0] for row in rows if row[4]]


async def reissued(books: Books, make: Samples) -> OutboxRow | None:
    """The successor of the only suspect row."""
    (row_id,) = await suspects(books)
    outcome = await books.one(Reissue(row_id, make.now_ms))
    assert isinstance(outcome, Reissued)
    assert await suspects(books) == []
    return outcome.row


async def test_what_was_accepted_in_this_service_is_not_suspect(books: Books, make: Samples) -> None:
    message = make.message()
    row = await accepted(books, make, message)

    assert await suspects(books) == []
    assert await books.one(Reissue(row, make.now_ms)) == Reissued(
        OutboxRow(row, CHANNEL, LANE_NOTICES, 0, False, (OutboxItem(message.id, 1, 0),))
    )


async def test_after_a_crash_unanswered_messages_go_again_and_are_counted_uncertain(
    books: Books, make: Samples
) -> None:
    answered, unanswered = make.message(), make.message(segments=2, reference=99)
    old = await accepted(books, make, answered, unanswered)
    await books.one(make.result(answered, old))
    await books.restart()

    row = await reissued(books, make)

    item = OutboxItem(unanswered.id, 2, 99, mask=0b11, uncertain=True)
    assert row is not None
    assert row == OutboxRow(row.id, CHANNEL, LANE_NOTICES, 0, False, (item,))
    assert row.id > old
    assert await books.outbox() == {row.id: [item]}
    assert (await books.message(unanswered.id))["uncertain"] == 1
    assert (await books.message(answered.id))["uncertain"] == 0
    assert (await books.usage(ACCOUNT))["uncertain"] == 1
    await books.one(make.result(unanswered, row.id, part=1, attempt=2, item_done=False))
    await books.one(make.result(unanswered, row.id, part=2, attempt=2))
    assert await books.outbox() == {}


async def test_only_the_unanswered_parts_go_again(books: Books, make: Samples) -> None:
    message = make.message(segments=3)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=2, item_done=False))
    await books.restart()

    again = await reissued(books, make)

    assert again is not None
    assert again.items == (OutboxItem(message.id, 2, message.reference, mask=0b101, uncertain=True),)
    assert (await books.message(message.id))["uncertain"] == 1
    await books.group(
        make.result(message, again.id, part=1, attempt=2, item_done=False),
        make.result(message, again.id, part=3, attempt=2),
        *(make.receipt(carrier_id(message, part, attempt)) for part, attempt in ((1, 2), (2, 1), (3, 2))),
    )
    assert (await books.state(message.id), await books.outbox()) == ("delivered", {})


async def test_a_part_that_was_answered_after_its_link_died_does_not_go_again(
    books: Books, make: Samples
) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=1, attempt=2, uncertain=1, item_done=False))
    await books.restart()

    again = await reissued(books, make)

    assert again is not None
    assert [item.mask for item in again.items] == [0b10]


async def test_a_message_that_ended_does_not_go_again(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=1, outcome=PART_REFUSED, item_done=False))
    await books.restart()

    assert await reissued(books, make) is None
    assert await books.outbox() == {}
    assert (await books.usage(ACCOUNT))["uncertain"] == 0


async def test_a_row_is_reissued_once(books: Books, make: Samples) -> None:
    await accepted(books, make, make.message())
    await books.restart()
    (row_id,) = await suspects(books)

    first, second = await books.group(Reissue(row_id, make.now_ms), Reissue(row_id, make.now_ms))

    assert isinstance(first, Reissued)
    assert first.row is not None
    assert second == Reissued(None)
    assert await books.one(Reissue(row_id, make.now_ms)) == Reissued(None)
    assert len(await books.outbox()) == 1
    assert (await books.usage(ACCOUNT))["uncertain"] == 1


async def test_each_crash_counts_again(books: Books, make: Samples) -> None:
    message = make.message()
    await accepted(books, make, message)
    for attempt in (2, 3):
        await books.restart()
        row = await reissued(books, make)
        assert row is not None
        assert row.items == (OutboxItem(message.id, attempt, 0, mask=1, uncertain=True),)

    assert (await books.message(message.id))["uncertain"] == 2
    assert (await books.usage(ACCOUNT))["uncertain"] == 2


async def test_a_retry_waits_for_its_time_through_a_crash(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    later = make.now_ms + 60_000
    await books.one(make.result(message, row, part=1, item_done=False))
    outcome = await books.one(make.result(message, row, part=2, outcome=PART_RETRY, retry_at_ms=later))
    assert isinstance(outcome, Answered)
    await books.restart()

    again = await reissued(books, make)

    assert again is not None
    assert (again.not_before_ms, again.items) == (
        later,
        (OutboxItem(message.id, 3, message.reference, mask=0b10, uncertain=True),),
    )


async def test_a_clean_stop_leaves_nothing_uncertain(books: Books, make: Samples) -> None:
    done, half, fresh = make.message(), make.message(segments=2), make.message()
    row = await accepted(books, make, done, half, fresh)
    await books.group(make.result(done, row), make.result(half, row, part=1, item_done=False))
    assert isinstance(await books.one(CLEAN_STOP), Done)
    await books.restart()

    left = await reissued(books, make)

    assert left is not None
    assert left.items == (
        OutboxItem(half.id, 1, half.reference, mask=0b10),
        OutboxItem(fresh.id, 1, 0, mask=1),
    )
    assert (await books.usage(ACCOUNT))["uncertain"] == 0
    assert (await books.message(half.id))["uncertain"] == 0
    await books.group(make.result(half, left.id, part=2), make.result(fresh, left.id))
    assert await books.outbox() == {}


async def test_a_clean_stop_is_believed_once(books: Books, make: Samples) -> None:
    await books.one(CLEAN_STOP)
    await books.restart()
    message = make.message()
    await accepted(books, make, message)
    await books.restart()

    row = await reissued(books, make)

    assert row is not None
    assert row.items[0].uncertain


async def test_a_clean_stop_does_not_clear_what_an_earlier_crash_left_in_doubt(
    books: Books, make: Samples
) -> None:
    await accepted(books, make, make.message())
    await books.restart()
    await books.one(CLEAN_STOP)
    await books.restart()

    row = await reissued(books, make)

    assert row is not None
    assert row.items[0].uncertain


async def test_open_messages_are_counted_at_the_start(books: Books, make: Samples) -> None:
    row = await accepted(books, make, make.message(), make.message())
    await accepted(books, make, make.message())
    await books.restart()
    assert (books.store.open_items, row > 0) == (3, True)

    for row_id in await suspects(books):
        await books.one(Reissue(row_id, make.now_ms))
    await books.restart()

    assert books.store.open_items == 3


# -- an orderly stop ------------------------------------------------------------------------------------------


async def test_the_node_that_submitted_says_what_is_in_doubt_and_nothing_else_is(
    books: Books, make: Samples
) -> None:
    done, fresh, single, long = make.message(), make.message(), make.message(), make.message(segments=2)
    row = await accepted(books, make, done, fresh, single, long)
    await books.group(make.result(done, row), make.result(long, row, part=1, item_done=False))

    outcome = await books.one(Reissue(row, make.now_ms, ((single.id, 3), (long.id, 1), (done.id, 1))))

    assert isinstance(outcome, Reissued)
    assert outcome.row is not None
    items = [
        OutboxItem(fresh.id, 1, 0, mask=1),
        OutboxItem(single.id, 2, 0, mask=1, uncertain=True),
        OutboxItem(long.id, 2, long.reference, mask=0b10, uncertain=True),
    ]
    assert await books.outbox() == {outcome.row.id: items}
    counted = [(await books.message(each.id))["uncertain"] for each in (done, fresh, single, long)]
    assert counted == [0, 0, 3, 1], "what was answered meanwhile is in doubt no more"
    assert (await books.usage(ACCOUNT))["uncertain"] == 4

    await books.one(CLEAN_STOP)
    await books.restart()
    left = await reissued(books, make)

    assert left is not None
    assert [(item.message_id, item.attempt, item.mask) for item in left.items] == [
        (fresh.id, 1, 1),
        (single.id, 2, 1),
        (long.id, 2, 0b10),
    ]
    assert (await books.usage(ACCOUNT))["uncertain"] == 4, "nothing is counted twice"


async def test_a_row_that_is_gone_needs_no_successor(books: Books, make: Samples) -> None:
    message = make.message()
    row = await accepted(books, make, message)
    await books.one(make.result(message, row))
    assert await books.one(Reissue(row, make.now_ms, ((message.id, 1),))) == Reissued(None)
    assert (await books.usage(ACCOUNT))["uncertain"] == 0
