"""What the store promises of accepts: durable, all or nothing, used once."""

from __future__ import annotations

import pytest
from storage_books import Books
from storage_samples import ACCOUNT, PRICE, Samples

from hongyan.kernel.clock import DAY_MS
from hongyan.storage.port import (
    LANE_CODES,
    LANE_MARKETING,
    LANE_NOTICES,
    Accepted,
    Change,
    Done,
    Limit,
    Message,
    Nonce,
    OutboxItem,
    Refusal,
)

USED = Refusal("nonce.used")


async def count(books: Books) -> int:
    return int(await books.value("SELECT count(*) FROM message"))


async def test_an_accepted_message_is_there_as_it_was_given(books: Books, make: Samples) -> None:
    message = make.message(
        number_hash=-(1 << 63), content="【鸿雁】验证码 1234 😀", segments=2, reference=200, out_id="订单-1"
    )

    outcome = await books.one(make.accept(message))

    assert isinstance(outcome, Accepted)
    names = Message.__struct_fields__
    (row,) = await books.rows(f"SELECT {', '.join(names)}, state FROM message")
    assert row == (*(getattr(message, name) for name in names), "accepted")
    assert await books.outbox() == {outcome.outbox_ids[0]: [OutboxItem(message.id, 1, 200)]}


async def test_an_accepted_message_survives_a_crash(books: Books, make: Samples) -> None:
    message = make.message()
    await books.one(make.accept(message))

    await books.restart()

    assert await books.state(message.id) == "accepted"
    assert books.store.last_message_id == message.id
    assert books.store.open_items == 1


async def test_a_new_store_has_no_newest_message(books: Books) -> None:
    assert (books.store.last_message_id, books.store.open_items) == (0, 0)


async def test_the_messages_of_one_group_share_an_outbox_row_for_each_channel_and_lane(
    books: Books, make: Samples
) -> None:
    code = make.message(lane=LANE_CODES)
    first, second = make.message(), make.message()
    abroad = make.message(channel_id=2)

    outcomes = await books.group(
        make.accept(code), make.accept(first), make.accept(second, abroad), make.accept(make.message())
    )

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    codes, notices, mixed, last = (outcome.outbox_ids for outcome in outcomes)  # type: ignore[union-attr]
    assert notices == last == mixed[:1]
    assert len(mixed) == 2
    rows = await books.outbox()
    assert [item.message_id for item in rows[codes[0]]] == [code.id]
    assert [item.message_id for item in rows[mixed[1]]] == [abroad.id]
    assert [item.message_id for item in rows[notices[0]]][:2] == [first.id, second.id]
    lanes = await books.rows("SELECT channel_id, lane FROM outbox ORDER BY channel_id, lane")
    assert lanes == [(1, LANE_CODES), (1, LANE_NOTICES), (2, LANE_NOTICES)]


async def test_rows_for_dispatch_come_in_the_order_of_their_commits(books: Books, make: Samples) -> None:
    ids = []
    for _ in range(5):
        outcome = await books.one(make.accept())
        assert isinstance(outcome, Accepted)
        ids += outcome.outbox_ids

    rows = await books.store.read("storage.outbox_after", 1, LANE_NOTICES, 0, 10)
    later = await books.store.read("storage.outbox_after", 1, LANE_NOTICES, ids[1], 2)

    assert [row[0] for row in rows] == ids == sorted(set(ids))
    assert [row[0] for row in later] == ids[2:4]
    assert await books.store.read("storage.outbox_after", 1, LANE_MARKETING, 0, 10) == []


async def test_a_request_is_stored_whole_or_not_at_all(books: Books, make: Samples) -> None:
    taken = make.message()
    await books.one(make.accept(taken))

    outcome = await books.one(make.accept(make.message(), make.message(id=taken.id), nonce=(make.minute, 5)))

    assert isinstance(outcome, Refusal)
    assert outcome.code == "store.failed"
    assert await count(books) == 1
    assert await books.one(Nonce(make.minute, 5)) == Done()


async def test_a_command_that_cannot_be_stored_does_not_take_its_group_down(
    books: Books, make: Samples
) -> None:
    taken = make.message()
    await books.one(make.accept(taken))

    outcomes = await books.group(
        make.accept(nonce=(make.minute, 1)),
        make.accept(make.message(id=taken.id), nonce=(make.minute, 2)),
        make.accept(nonce=(make.minute, 3)),
        make.result(make.message(), 1, outcome=2),  # a retry of a message that does not exist
        make.result(taken, 1),
    )

    assert [type(outcome).__name__ for outcome in outcomes] == [
        *("Accepted", "Refusal", "Accepted", "Refusal", "Answered")
    ]
    assert await count(books) == 3
    assert await books.group(*(Nonce(make.minute, n) for n in (1, 2, 3))) == [USED, Done(), USED]


@pytest.mark.parametrize("number", [1 << 63, -(1 << 63) - 1, 1 << 64])
async def test_a_number_that_no_column_can_hold_harms_only_its_own_command(
    books: Books, make: Samples, number: int
) -> None:
    outcomes = await books.group(make.accept(make.message(number_hash=number)), make.accept())

    assert [type(outcome).__name__ for outcome in outcomes] == ["Refusal", "Accepted"]
    assert isinstance(await books.one(make.accept()), Accepted)


# -- nonces ------------------------------------------------------------------------------------------------


async def test_a_nonce_is_refused_the_second_time_in_the_same_group(books: Books, make: Samples) -> None:
    nonce = (make.minute, 42)

    outcomes = await books.group(make.accept(nonce=nonce), make.accept(nonce=nonce), Nonce(*nonce))

    # Bare nonces are looked at first, whatever came first.
    assert outcomes == [USED, USED, Done()]
    assert await count(books) == 0

    second = await books.group(make.accept(nonce=(make.minute, 43)), make.accept(nonce=(make.minute, 43)))

    assert [type(outcome).__name__ for outcome in second] == ["Accepted", "Refusal"]
    assert await count(books) == 1


async def test_a_nonce_is_refused_in_a_later_group_and_after_a_restart(books: Books, make: Samples) -> None:
    nonce = (make.minute, -(1 << 63))
    assert isinstance(await books.one(make.accept(nonce=nonce)), Accepted)

    assert await books.one(make.accept(nonce=nonce)) == USED
    await books.restart()
    assert await books.one(make.accept(nonce=nonce)) == USED
    assert await books.one(Nonce(*nonce)) == USED
    assert await books.one(Change((), nonce=nonce)) == USED

    assert await count(books) == 1
    assert len(await books.outbox()) == 1


async def test_a_nonce_belongs_to_its_signed_minute(books: Books, make: Samples) -> None:
    outcomes = await books.group(Nonce(make.minute, 9), Nonce(make.minute + 1, 9), Nonce(make.minute, 9))

    assert outcomes == [Done(), Done(), USED]


async def test_after_a_restart_a_refused_nonce_leaves_the_bucket_usable(books: Books, make: Samples) -> None:
    await books.one(Nonce(make.minute, 1))
    await books.restart()

    used = await books.one(Change((), nonce=(make.minute, 1)))
    fresh = await books.group(Nonce(make.minute, 2), make.accept(nonce=(make.minute, 3)))

    assert used == USED
    assert [type(outcome).__name__ for outcome in fresh] == ["Done", "Accepted"]


# -- idempotency -------------------------------------------------------------------------------------------


async def test_a_repeated_idempotency_key_names_the_first_request(books: Books, make: Samples) -> None:
    first = make.accept(idempotency=(1, 100))
    await books.one(first)
    repeated = Refusal("idempotency.repeated", first.messages[0].biz_id)

    assert await books.one(make.accept(idempotency=(1, 100), nonce=(make.minute, 1))) == repeated
    await books.restart()
    assert await books.one(make.accept(idempotency=(1, 100))) == repeated

    assert await count(books) == 1
    assert await books.one(Nonce(make.minute, 1)) == Done()


async def test_an_idempotency_key_with_another_body_is_refused(books: Books, make: Samples) -> None:
    first = make.accept(idempotency=(1, 100))
    await books.one(first)

    outcome = await books.one(make.accept(idempotency=(1, 101)))

    assert outcome == Refusal("idempotency.mismatch", first.messages[0].biz_id)


async def test_two_requests_with_one_idempotency_key_in_one_group_see_each_other(
    books: Books, make: Samples
) -> None:
    first = make.accept(idempotency=(-5, 100))

    outcomes = await books.group(
        first, make.accept(idempotency=(-5, 100)), make.accept(idempotency=(-5, 1)), make.accept()
    )

    assert isinstance(outcomes[0], Accepted)
    assert outcomes[1:3] == [
        Refusal("idempotency.repeated", first.messages[0].biz_id),
        Refusal("idempotency.mismatch", first.messages[0].biz_id),
    ]
    assert await count(books) == 2


async def test_an_idempotency_key_is_known_until_the_end_of_the_next_day(books: Books, make: Samples) -> None:
    await books.one(make.accept(idempotency=(1, 100)))

    make.clock.advance(DAY_MS / 1000)
    await books.one(make.maintain())
    known = await books.one(make.accept(idempotency=(1, 100)))
    make.clock.advance(DAY_MS / 1000)
    await books.one(make.maintain())
    forgotten = await books.one(make.accept(idempotency=(1, 100)))

    assert isinstance(known, Refusal)
    assert isinstance(forgotten, Accepted)


# -- limits ------------------------------------------------------------------------------------------------


def limit(make: Samples, most: int, *, key: int = 1, seconds: int = 60) -> Limit:
    return Limit(key, most, make.now_ms - seconds * 1000, "limit.minute")


async def test_a_limit_refuses_the_accept_that_is_one_too_many(books: Books, make: Samples) -> None:
    start = make.now_ms
    assert isinstance(await books.one(make.accept(limits=[limit(make, 2)])), Accepted)
    make.clock.advance(30)
    assert isinstance(await books.one(make.accept(limits=[limit(make, 2)])), Accepted)

    refused = await books.one(make.accept(limits=[limit(make, 2)], nonce=(make.minute, 1)))

    assert refused == Refusal("limit.minute", {"most": 2, "oldest_ms": start})
    assert await books.one(Nonce(make.minute, 1)) == Done()
    assert await count(books) == 2


async def test_a_limit_forgets_what_is_older_than_its_window(books: Books, make: Samples) -> None:
    await books.one(make.accept(limits=[limit(make, 1)]))
    make.clock.advance(60)

    assert isinstance(await books.one(make.accept(limits=[limit(make, 1)])), Accepted)


async def test_two_requests_under_one_limit_in_one_group_see_each_other(books: Books, make: Samples) -> None:
    outcomes = await books.group(
        *(make.accept(limits=[limit(make, 2)]) for _ in range(3)), make.accept(limits=[limit(make, 2, key=2)])
    )

    assert [type(outcome).__name__ for outcome in outcomes] == [
        *("Accepted", "Accepted", "Refusal", "Accepted")
    ]


async def test_of_several_windows_under_one_key_the_longest_decides_what_is_remembered(
    books: Books, make: Samples
) -> None:
    def windows() -> list[Limit]:
        return [limit(make, 1), limit(make, 2, seconds=3600)]

    assert isinstance(await books.one(make.accept(limits=windows())), Accepted)
    assert isinstance(await books.one(make.accept(limits=windows())), Refusal)
    make.clock.advance(120)
    assert isinstance(await books.one(make.accept(limits=windows())), Accepted)
    make.clock.advance(120)
    assert isinstance(await books.one(make.accept(limits=windows())), Refusal)
    await books.restart()
    assert isinstance(await books.one(make.accept(limits=windows())), Refusal)


async def test_an_accept_refused_by_its_second_limit_does_not_count_under_the_first(
    books: Books, make: Samples
) -> None:
    await books.one(make.accept(limits=[limit(make, 1, key=2)]))

    refused = await books.one(make.accept(limits=[limit(make, 1, key=1), limit(make, 1, key=2)]))

    assert isinstance(refused, Refusal)
    assert isinstance(await books.one(make.accept(limits=[limit(make, 1, key=1)])), Accepted)


# -- counters ----------------------------------------------------------------------------------------------


async def test_accepts_are_counted_by_account_and_refused_ones_are_not(books: Books, make: Samples) -> None:
    nonce = (make.minute, 1)
    await books.group(
        make.accept(make.message(segments=3), make.message(), nonce=nonce),
        make.accept(make.message(account_id=8)),
        make.accept(nonce=nonce),
    )

    mine = await books.usage(ACCOUNT)
    assert (mine["accepted"], mine["segments"], mine["held"]) == (2, 4, 4 * PRICE)
    assert (await books.usage(8))["accepted"] == 1
    assert (await books.usage(0))["accepted"] == 3
