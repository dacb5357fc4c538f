"""What the store promises of money: held with the accept, charged with the delivery, released with the failure."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, PRICE, Samples, carrier_id

from hongyan.storage.port import PART_EXPIRED, PART_REFUSED, Accepted, Change, Done, Message, Nonce, Refusal

TOLD = (("balance", str(ACCOUNT)),)


async def fund(books: Books, balance: int | None) -> None:
    await books.rows("INSERT INTO account_balance (account_id, balance) VALUES ($1, $2)", ACCOUNT, balance)
    assert await books.one(Change((), topics=TOLD)) == Done()


async def submitted(books: Books, make: Samples) -> Message:
    """An accepted message with the carrier's answer."""
    message = make.message()
    outcome = await books.one(make.accept(message))
    assert isinstance(outcome, Accepted)
    await books.one(make.result(message, outcome.outbox_ids[0]))
    return message


async def test_an_accept_holds_its_price(books: Books, make: Samples) -> None:
    await fund(books, 1_000)

    await books.one(make.accept(make.message(), make.message()))

    assert await books.balance(ACCOUNT) == (1_000, 2 * PRICE)


async def test_an_accept_that_the_balance_does_not_cover_is_refused_and_stores_nothing(
    books: Books, make: Samples
) -> None:
    await fund(books, 1_000)
    await books.one(make.accept(make.message(segments=2)))

    refused = await books.one(make.accept(nonce=(make.minute, 1)))

    assert refused == Refusal("balance.insufficient", {"available": 100, "needed": PRICE})
    assert await books.balance(ACCOUNT) == (1_000, 900)
    assert await books.value("SELECT count(*) FROM message") == 1
    assert await books.one(Nonce(make.minute, 1)) == Done()


async def test_two_requests_in_one_group_share_one_balance(books: Books, make: Samples) -> None:
    await fund(books, 2 * PRICE)

    outcomes = await books.group(make.accept(), make.accept(), make.accept())

    assert [type(outcome).__name__ for outcome in outcomes] == ["Accepted", "Accepted", "Refusal"]
    assert await books.balance(ACCOUNT) == (2 * PRICE, 2 * PRICE)


async def test_a_delivery_charges_what_was_held(books: Books, make: Samples) -> None:
    await fund(books, 1_000)
    message = await submitted(books, make)
    assert await books.balance(ACCOUNT) == (1_000, PRICE)

    await books.one(make.receipt(carrier_id(message)))

    assert await books.balance(ACCOUNT) == (1_000 - PRICE, 0)
    usage = await books.usage(ACCOUNT)
    assert (usage["delivered"], usage["charged"], usage["held"]) == (1, PRICE, 0)


async def test_a_failure_releases_what_was_held(books: Books, make: Samples) -> None:
    await fund(books, 1_000)
    message = await submitted(books, make)

    await books.one(make.receipt(carrier_id(message), delivered=False))

    assert await books.balance(ACCOUNT) == (1_000, 0)
    usage = await books.usage(ACCOUNT)
    assert (usage["failed"], usage["charged"], usage["held"]) == (1, 0, 0)


@pytest.mark.parametrize("outcome", [PART_REFUSED, PART_EXPIRED])
async def test_a_message_that_was_never_taken_releases_what_was_held(
    books: Books, make: Samples, outcome: int
) -> None:
    await fund(books, 1_000)
    message = make.message()
    accepted = await books.one(make.accept(message))
    assert isinstance(accepted, Accepted)

    await books.one(make.result(message, accepted.outbox_ids[0], outcome=outcome))

    assert await books.balance(ACCOUNT) == (1_000, 0)


async def test_a_late_success_charges_once_and_releases_nothing_again(books: Books, make: Samples) -> None:
    await fund(books, 1_000)
    message = await submitted(books, make)
    await books.one(make.receipt(carrier_id(message), delivered=False))

    for _ in range(2):
        await books.one(make.receipt(carrier_id(message)))

    assert await books.balance(ACCOUNT) == (1_000 - PRICE, 0)
    usage = await books.usage(ACCOUNT)
    assert (usage["delivered"], usage["failed"], usage["charged"], usage["held"]) == (1, 0, PRICE, 0)


async def test_a_change_of_a_balance_in_the_group_of_its_accept_and_its_delivery_is_not_lost(
    books: Books, make: Samples
) -> None:
    await fund(books, 1_000)
    message = await submitted(books, make)

    outcomes = await books.group(
        make.accept(),
        make.receipt(carrier_id(message)),
        Change((("test.top_up", (ACCOUNT, 5_000), 1),), topics=TOLD),
    )

    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[2], Done)
    assert await books.balance(ACCOUNT) == (6_000 - PRICE, PRICE)


async def test_balances_are_the_same_after_a_restart(books: Books, make: Samples) -> None:
    await fund(books, 1_000)
    await books.one(make.accept())

    await books.restart()

    assert await books.balance(ACCOUNT) == (1_000, PRICE)
    await books.one(make.accept())
    assert isinstance(await books.one(make.accept()), Refusal)


@pytest.mark.parametrize("row", [True, False])
async def test_an_account_without_a_balance_is_unlimited(books: Books, make: Samples, row: bool) -> None:
    if row:
        await fund(books, None)

    outcome = await books.one(make.accept(make.message(price=1 << 60)))

    assert isinstance(outcome, Accepted)
