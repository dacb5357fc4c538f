"""What the store promises of messages that one channel refused: they stand in one row, that of the channel they go to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, CHANNEL, PRICE, Samples, carrier_id

from hongyan.storage.port import (
    LANE_NOTICES,
    NO_CHANNEL,
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_RETRY,
    PART_UNSENT,
    RECEIPT_EARLY,
    RECEIPT_MATCHED,
    Accepted,
    Answered,
    Change,
    Matched,
    Message,
    Move,
    OutboxItem,
    OutboxRow,
    PartResult,
    Reissue,
    Reissued,
)

SECOND, THIRD = CHANNEL + 1, CHANNEL + 2
TO_SECOND = Move(SECOND, "1069000299", 77, 1)
CLEAN_STOP = Change((("storage.note_clean_stop", (), None),))


async def accepted(books: Books, make: Samples, *messages: Message) -> int:
    """The outbox row of an accepted request."""
    outcome = await books.one(make.accept(*messages))
    assert isinstance(outcome, Accepted)
    return outcome.outbox_ids[0]


def refused(make: Samples, message: Message, row: int, move_to: Move | None, **others: int) -> PartResult:
    """The carrier of a channel refused a part for a reason of its own."""
    return make.result(
        message, row, outcome=PART_ELSEWHERE, status=9, error="CMPP:9", move_to=move_to, **others
    )


def unsent(make: Samples, message: Message, row: int, move_to: Move | None, **others: int) -> PartResult:
    """No carrier was asked; the message leaves its channel."""
    return make.result(
        message, row, outcome=PART_UNSENT, error=NO_CHANNEL, carrier_id="", move_to=move_to, **others
    )


async def moved(books: Books, result: PartResult) -> OutboxRow:
    """The row that the message stands in after this answer."""
    outcome = await books.one(result)
    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    return outcome.retry


async def place(books: Books, message: Message) -> tuple[int, str, int, str]:
    """(channel, access number, reference, passed over)."""
    (found,) = await books.rows(
        "SELECT channel_id, access_number, reference, passed_over FROM message WHERE id = $1", message.id
    )
    return found  # type: ignore[return-value]


async def suspects(books: Books, channel_id: int) -> list[int]:
    rows = await books.store.read("storage.outbox_after", channel_id, LANE_NOTICES, 0, 1_000)
    return [row[0] for row in rows if row[4]]


async def reissued(books: Books, make: Samples) -> list[OutboxRow]:
    """What is left to send after a stop, on all channels."""
    found = []
    for channel_id in (CHANNEL, SECOND, THIRD):
        for row_id in await suspects(books, channel_id):
            outcome = await books.one(Reissue(row_id, make.now_ms))
            assert isinstance(outcome, Reissued)
            if outcome.row is not None:
                found.append(outcome.row)
    return found


async def test_a_message_moves_with_the_refusal_that_moves_it(books: Books, make: Samples) -> None:
    message = make.message(passed_over="9:closed")
    row = await accepted(books, make, message)

    new = await moved(books, refused(make, message, row, TO_SECOND))

    item = OutboxItem(message.id, 2, 77, mask=0b1)
    assert new == OutboxRow(new.id, SECOND, LANE_NOTICES, 0, False, (item,))
    assert new.id > row
    assert await books.outbox() == {new.id: [item]}
    assert await place(books, message) == (SECOND, "1069000299", 77, f"9:closed {CHANNEL}:refused")
    stored = "SELECT part, attempt, channel_id, outcome, status, error FROM submission"
    assert await books.rows(stored) == [(1, 1, CHANNEL, PART_ELSEWHERE, 9, "CMPP:9")]
    assert await books.state(message.id) == "accepted"
    usage = await books.usage(ACCOUNT)
    assert (usage["failed"], usage["held"]) == (0, PRICE)


async def test_its_receipt_is_that_of_the_channel_it_went_to(books: Books, make: Samples) -> None:
    message = make.message()
    new = await moved(books, refused(make, message, await accepted(books, make, message), TO_SECOND))
    await books.one(make.result(message, new.id, attempt=2, channel_id=SECOND))

    there, here = (
        make.receipt(carrier_id(message, 1, 2), channel_id=channel) for channel in (CHANNEL, SECOND)
    )

    assert await books.one(there) == Matched(RECEIPT_EARLY)
    assert await books.one(here) == Matched(RECEIPT_MATCHED, message.id, final=True, delivered=True)
    assert await books.outbox() == {}
    usage = await books.usage(ACCOUNT)
    assert (usage["delivered"], usage["held"], usage["charged"]) == (1, 0, PRICE)


async def test_a_message_moves_on_and_says_who_refused_it(books: Books, make: Samples) -> None:
    message = make.message()
    second = await moved(books, refused(make, message, await accepted(books, make, message), TO_SECOND))
    to_third = Move(THIRD, "1069000399", 78, 1)

    third = await moved(books, refused(make, message, second.id, to_third, attempt=2, channel_id=SECOND))

    assert third.items == (OutboxItem(message.id, 3, 78, mask=0b1),)
    assert await place(books, message) == (THIRD, "1069000399", 78, f"{CHANNEL}:refused {SECOND}:refused")
    assert list(await books.outbox()) == [third.id]


async def test_a_long_message_moves_with_its_last_refusal_and_with_all_its_parts(
    books: Books, make: Samples
) -> None:
    message = make.message(segments=3, reference=5)
    row = await accepted(books, make, message)
    for part in (2, 3):
        answer = refused(make, message, row, None, part=part, item_done=False)
        assert await books.one(answer) == Answered()
    assert await books.state(message.id) == "accepted"

    new = await moved(books, refused(make, message, row, Move(SECOND, "1069", 6, 3), part=1))

    assert new.items == (OutboxItem(message.id, 2, 6, mask=0b111),)
    await books.group(
        *(
            make.result(message, new.id, part=part, attempt=2, channel_id=SECOND, item_done=part == 3)
            for part in (1, 2, 3)
        ),
        make.receipt(carrier_id(message, 1, 2), channel_id=SECOND),
        make.receipt(carrier_id(message, 2, 2), channel_id=SECOND),
    )
    assert await books.state(message.id) == "accepted"
    await books.one(make.receipt(carrier_id(message, 3, 2), channel_id=SECOND))
    assert (await books.state(message.id), await books.outbox()) == ("delivered", {})


async def test_what_a_carrier_took_in_part_does_not_move_and_has_failed(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=1, item_done=False))

    outcome = await books.one(refused(make, message, row, Move(SECOND, "1069", 6, 2), part=2))

    assert outcome == Answered()
    assert await place(books, message) == (CHANNEL, message.access_number, message.reference, "")
    assert await books.message(message.id) == {
        "state": "failed",
        "receipt_code": "CMPP:9",
        "done_ms": make.now_ms,
        "uncertain": 0,
    }
    assert await books.outbox() == {}


async def test_what_may_have_been_taken_does_not_move_and_has_failed(books: Books, make: Samples) -> None:
    message = make.message()
    await accepted(books, make, message)
    await books.restart()
    (again,) = await reissued(books, make)

    assert await books.one(refused(make, message, again.id, TO_SECOND, attempt=2)) == Answered()

    assert await books.state(message.id) == "failed"
    assert await books.outbox() == {}


async def test_what_has_ended_does_not_move(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(make.result(message, row, part=1, outcome=PART_EXPIRED, item_done=False))

    assert await books.one(refused(make, message, row, Move(SECOND, "1069", 6, 2), part=2)) == Answered()

    assert await books.state(message.id) == "expired"
    assert await books.outbox() == {}


async def test_the_same_refusal_moves_a_message_once(books: Books, make: Samples) -> None:
    message, other = make.message(), make.message()
    row = await accepted(books, make, message, other)
    answer = refused(make, message, row, TO_SECOND, item_done=False)
    new = await moved(books, answer)

    assert await books.one(answer) == Answered()

    assert await books.state(message.id) == "accepted"
    assert list(await books.outbox()) == [row, new.id]
    await books.restart()
    left = {row.channel_id: [item.message_id for item in row.items] for row in await reissued(books, make)}
    assert left == {CHANNEL: [other.id], SECOND: [message.id]}


async def test_it_shares_its_row_with_nothing_else_of_its_group(books: Books, make: Samples) -> None:
    messages = [make.message() for _ in range(2)]
    row = await accepted(books, make, *messages)
    new = make.message(channel_id=SECOND)

    first, second, third = await books.group(
        refused(make, messages[0], row, TO_SECOND),
        make.accept(new),
        refused(make, messages[1], row, TO_SECOND),
    )

    assert isinstance(first, Answered)
    assert isinstance(second, Accepted)
    assert isinstance(third, Answered)
    assert first.retry is not None
    assert third.retry is not None
    assert len({first.retry.id, third.retry.id, *second.outbox_ids}) == 3
    assert {len(items) for items in (await books.outbox()).values()} == {1}
    assert len(await books.outbox()) == 3


@pytest.mark.parametrize("leaves", [refused, unsent])
@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_stop_it_is_open_on_its_new_channel_only(
    books: Books, make: Samples, clean: bool, leaves: Callable[..., PartResult]
) -> None:
    message, other = make.message(), make.message()
    row = await accepted(books, make, message, other)
    await moved(books, leaves(make, message, row, TO_SECOND))
    if clean:
        await books.one(CLEAN_STOP)
    await books.restart()

    rows = await reissued(books, make)

    assert [(row.channel_id, [item.message_id for item in row.items]) for row in rows] == [
        (CHANNEL, [other.id]),
        (SECOND, [message.id]),
    ]
    attempt = 2 if clean else 3
    assert rows[1].items == (OutboxItem(message.id, attempt, 77, mask=0b1, uncertain=not clean),)
    assert len(await books.outbox()) == 2


@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_stop_amid_the_refusals_all_parts_go_again_here(
    books: Books, make: Samples, clean: bool
) -> None:
    """The answer that would have decided was never stored; what was refused is asked once more."""
    message = make.message(segments=2, reference=5)
    row = await accepted(books, make, message)
    await books.one(refused(make, message, row, None, part=1, item_done=False))
    if clean:
        await books.one(CLEAN_STOP)
    await books.restart()

    (again,) = await reissued(books, make)

    assert again.channel_id == CHANNEL
    assert again.items == (OutboxItem(message.id, 2, 5, mask=0b11, uncertain=not clean),)
    for part in (1, 2):
        await books.one(make.result(message, again.id, part=part, attempt=2, item_done=part == 2))
    await books.group(*(make.receipt(carrier_id(message, part, 2)) for part in (1, 2)))
    assert (await books.state(message.id), await books.outbox()) == ("delivered", {})


async def test_a_text_that_is_cut_otherwise_there_is_whole_after_a_crash_too(
    books: Books, make: Samples
) -> None:
    message = make.message(segments=1)
    new = await moved(
        books, refused(make, message, await accepted(books, make, message), Move(SECOND, "1069", 1, 3))
    )
    await books.one(
        make.result(message, new.id, part=2, parts=3, attempt=2, channel_id=SECOND, item_done=False)
    )
    await books.restart()

    (again,) = await reissued(books, make)

    assert again.items == (OutboxItem(message.id, 3, 1, mask=0b101, uncertain=True),)
    for part in (1, 3):
        await books.one(
            make.result(
                message, again.id, part=part, parts=3, attempt=3, channel_id=SECOND, item_done=part == 3
            )
        )
    for part, attempt in ((1, 3), (2, 2), (3, 3)):
        assert await books.state(message.id) == "accepted"
        await books.one(make.receipt(carrier_id(message, part, attempt), channel_id=SECOND))
    assert await books.state(message.id) == "delivered"
    usage = await books.usage(ACCOUNT)
    assert (usage["segments"], usage["charged"]) == (1, PRICE), "counted and paid as it was accepted"


async def test_a_retry_there_stays_there(books: Books, make: Samples) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)
    await books.one(refused(make, message, row, None, part=1, item_done=False))
    new = await moved(books, refused(make, message, row, Move(SECOND, "1069", 6, 1), part=2))
    later = make.now_ms + 5_000

    outcome = await books.one(
        make.result(
            message,
            new.id,
            parts=1,
            attempt=2,
            channel_id=SECOND,
            reference=6,
            outcome=PART_RETRY,
            retry_at_ms=later,
        )
    )

    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    item = OutboxItem(message.id, 3, 6, mask=0b1)
    assert outcome.retry == OutboxRow(outcome.retry.id, SECOND, LANE_NOTICES, later, False, (item,))
    await books.restart()
    (again,) = await reissued(books, make)
    assert [(item.attempt, item.mask) for item in again.items] == [(4, 0b1)], "it has one part there"


# -- what its channel could not send -----------------------------------------------------------------------


async def test_what_was_never_sent_moves_without_a_submission(books: Books, make: Samples) -> None:
    message, other = make.message(passed_over="9:down"), make.message()
    row = await accepted(books, make, message, other)

    new = await moved(books, unsent(make, message, row, TO_SECOND))

    item = OutboxItem(message.id, 2, 77, mask=0b1)
    assert new == OutboxRow(new.id, SECOND, LANE_NOTICES, 0, False, (item,))
    assert await place(books, message) == (SECOND, "1069000299", 77, f"9:down {CHANNEL}:waited")
    assert await books.rows("SELECT 1 FROM submission") == []
    await books.one(make.result(other, row))
    await books.one(make.result(message, new.id, attempt=2, channel_id=SECOND))
    await books.one(make.receipt(carrier_id(message, 1, 2), channel_id=SECOND))
    assert (await books.state(message.id), await books.outbox()) == ("delivered", {})


async def test_what_was_never_sent_and_goes_nowhere_has_failed_and_costs_nothing(
    books: Books, make: Samples
) -> None:
    message = make.message(segments=2)
    row = await accepted(books, make, message)

    for part in (1, 2):
        answer = unsent(make, message, row, None, part=part, item_done=part == 2)
        assert await books.one(answer) == Answered()

    assert await books.message(message.id) == {
        "state": "failed",
        "receipt_code": NO_CHANNEL,
        "done_ms": make.now_ms,
        "uncertain": 0,
    }
    assert (await books.outbox(), await books.rows("SELECT 1 FROM submission")) == ({}, [])
    usage = await books.usage(ACCOUNT)
    assert (usage["failed"], usage["held"], usage["charged"]) == (1, 0, 0)


async def test_the_same_move_of_what_was_never_sent_is_made_once(books: Books, make: Samples) -> None:
    message, other = make.message(), make.message()
    row = await accepted(books, make, message, other)
    command = unsent(make, message, row, TO_SECOND, item_done=False)
    new = await moved(books, command)
    assert await books.one(command) == Answered()
    assert list(await books.outbox()) == [row, new.id]
    assert await books.state(message.id) == "accepted"


async def test_what_may_have_been_taken_is_not_moved_as_if_it_was_never_sent(
    books: Books, make: Samples
) -> None:
    message = make.message()
    await accepted(books, make, message)
    await books.restart()
    (again,) = await reissued(books, make)
    assert await books.one(unsent(make, message, again.id, TO_SECOND, attempt=2)) == Answered()
    assert (await books.state(message.id), await books.outbox()) == ("failed", {})
    assert (await place(books, message))[0] == CHANNEL
