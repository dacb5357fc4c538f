"""What the store tells of a message that ends: what it says of its signature at the carrier of its number."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import Samples, carrier_id

from hongyan.storage.port import (
    ENDED_DELIVERED,
    ENDED_FAILED,
    ENDED_SILENT,
    ENDED_UNSENT,
    NO_CHANNEL,
    NO_RECEIPT,
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_REFUSED,
    PART_UNSENT,
    Accepted,
    Answered,
    Ended,
    Ending,
    Matched,
    Message,
    Move,
    Outcome,
    Overdue,
)

SENDER = "1069000012"


async def accepted(books: Books, make: Samples, **fields: object) -> tuple[Message, int]:
    message = make.message(**({"network": "unicom"} | fields))
    outcome = await books.one(make.accept(message))
    assert isinstance(outcome, Accepted)
    return message, outcome.outbox_ids[0]


def ending(message: Message, outcome: int, code: str, moved_to: str = "") -> Ending:
    return Ending(message.id, outcome, code, 11, "unicom", 1, SENDER, moved_to)


def told(outcome: Outcome) -> Ending | None:
    assert isinstance(outcome, Answered | Matched)
    return outcome.ending


@pytest.mark.parametrize(
    ("delivered", "outcome", "code"), [(True, ENDED_DELIVERED, "DELIVRD"), (False, ENDED_FAILED, "UNDELIV")]
)
async def test_a_receipt_tells_the_ending_once(
    books: Books, make: Samples, delivered: bool, outcome: int, code: str
) -> None:
    message, row = await accepted(books, make)
    assert told(await books.one(make.result(message, row))) is None
    receipt = make.receipt(carrier_id(message), delivered=delivered)

    assert told(await books.one(receipt)) == ending(message, outcome, code)
    assert told(await books.one(receipt)) is None


async def test_only_the_last_part_ends_a_long_message(books: Books, make: Samples) -> None:
    message, row = await accepted(books, make, segments=2)
    for part in (1, 2):
        await books.one(make.result(message, row, part=part, item_done=part == 2))

    first = await books.one(make.receipt(carrier_id(message, 1)))
    second = await books.one(make.receipt(carrier_id(message, 2)))

    assert told(first) is None
    assert told(second) == ending(message, ENDED_DELIVERED, "DELIVRD")


async def test_a_message_whose_network_is_unknown_tells_nothing(books: Books, make: Samples) -> None:
    message, row = await accepted(books, make, network="")
    await books.one(make.result(message, row))

    assert told(await books.one(make.receipt(carrier_id(message)))) is None


async def test_an_early_receipt_is_told_with_the_answer(books: Books, make: Samples) -> None:
    message, row = await accepted(books, make)
    assert told(await books.one(make.receipt(carrier_id(message)))) is None

    assert told(await books.one(make.result(message, row))) == ending(message, ENDED_DELIVERED, "DELIVRD")


@pytest.mark.parametrize(
    ("part", "code", "outcome"),
    [
        (PART_REFUSED, "SMPP:0x45", ENDED_FAILED),
        (PART_EXPIRED, "", ENDED_UNSENT),
        (PART_UNSENT, NO_CHANNEL, ENDED_UNSENT),
    ],
)
async def test_what_ends_before_a_receipt_is_told_with_the_answer(
    books: Books, make: Samples, part: int, code: str, outcome: int
) -> None:
    message, row = await accepted(books, make)

    found = await books.one(make.result(message, row, outcome=part, error=code))

    assert told(found) == ending(message, outcome, code)


@pytest.mark.parametrize(
    ("part", "code", "outcome"),
    [(PART_ELSEWHERE, "CMPP:9", ENDED_FAILED), (PART_UNSENT, NO_CHANNEL, ENDED_UNSENT)],
)
async def test_a_message_that_moves_is_told_of_the_sender_that_it_leaves(
    books: Books, make: Samples, part: int, code: str, outcome: int
) -> None:
    message, row = await accepted(books, make)
    move = Move(2, "10690077", 5, 1)

    found = await books.one(make.result(message, row, outcome=part, error=code, move_to=move))

    assert told(found) == ending(message, outcome, code, moved_to="10690077")


async def test_what_was_never_reported_is_told_when_it_ends(books: Books, make: Samples) -> None:
    message, row = await accepted(books, make)
    other, other_row = await accepted(books, make, network="")
    await books.one(make.result(message, row))
    await books.one(make.result(other, other_row))
    make.clock.advance(73 * 3_600)

    found = await books.one(Overdue((message.id, other.id), make.now_ms - 72 * 3_600_000, make.now_ms))

    assert found == Ended((message.id, other.id), (ending(message, ENDED_SILENT, NO_RECEIPT),))
