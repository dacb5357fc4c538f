"""What the queue in front of the store promises: bounded, ordered, and nobody starves."""

from __future__ import annotations

from typing import Any

import pytest
from storage_books import Books, Database
from storage_samples import Samples

from hongyan.kernel.errors import Throttled
from hongyan.storage.grouping import MOST_ROWS, Grouper, settle
from hongyan.storage.port import (
    LANE_CODES,
    LANE_MARKETING,
    LANE_NOTICES,
    Accept,
    Accepted,
    Answered,
    Command,
    Done,
    Nonce,
    Outcome,
)


def ignore(_outcome: Outcome) -> None:
    """A caller that went away."""


def request(make: Samples, lane: int, size: int = 1) -> Accept:
    return make.accept(*(make.message(lane=lane) for _ in range(size)))


def fill(grouper: Grouper, *commands: Command) -> None:
    for command in commands:
        grouper.put(command, ignore)


def lanes(group: list[Any]) -> list[str]:
    """What a group holds, in order, repetitions removed."""
    names = {LANE_CODES: "codes", LANE_NOTICES: "notices", LANE_MARKETING: "marketing"}
    found = [
        names[entry[0].lane] if isinstance(entry[0], Accept) else type(entry[0]).__name__ for entry in group
    ]
    return [name for number, name in enumerate(found) if number == 0 or found[number - 1] != name]


def rows(group: list[Any]) -> int:
    return sum(entry[2] for entry in group)


@pytest.fixture
def grouper() -> Grouper:
    return Grouper(100_000)


def test_a_lonely_command_is_a_group(grouper: Grouper, make: Samples) -> None:
    fill(grouper, make.accept())

    assert len(grouper.take()) == 1
    assert (grouper.take(), bool(grouper)) == ([], False)


def test_results_go_first_and_codes_before_marketing(grouper: Grouper, make: Samples) -> None:
    fill(
        grouper,
        request(make, LANE_MARKETING),
        request(make, LANE_NOTICES),
        request(make, LANE_CODES),
        make.receipt("a"),
        make.result(make.message(), 1),
    )

    assert lanes(grouper.take()) == ["Receipt", "PartResult", "codes", "notices", "marketing"]


def test_a_group_holds_at_most_its_rows_and_every_lane_has_a_share(grouper: Grouper, make: Samples) -> None:
    for lane in (LANE_MARKETING, LANE_NOTICES, LANE_CODES):
        fill(grouper, *(request(make, lane, 4) for _ in range(MOST_ROWS)))
    fill(grouper, *(make.receipt(str(number)) for number in range(2 * MOST_ROWS)))

    group = grouper.take()

    assert rows(group) == MOST_ROWS
    assert lanes(group) == ["Receipt", "codes", "notices", "marketing"]


def test_what_a_lane_leaves_over_is_used_by_the_others(grouper: Grouper, make: Samples) -> None:
    fill(grouper, *(request(make, LANE_MARKETING) for _ in range(2 * MOST_ROWS)))

    assert rows(grouper.take()) == MOST_ROWS


def test_a_request_larger_than_a_group_is_alone_in_its_group(grouper: Grouper, make: Samples) -> None:
    fill(grouper, request(make, LANE_MARKETING, 1_000), request(make, LANE_MARKETING))

    assert [rows(grouper.take()) for _ in range(2)] == [1_000, 1]


@pytest.mark.parametrize("size", [100, 400, 1_000])
def test_a_large_request_is_not_passed_over_for_ever(grouper: Grouper, make: Samples, size: int) -> None:
    large = request(make, LANE_MARKETING, size)
    fill(grouper, large)

    for _ in range(10):
        fill(grouper, *(make.receipt("x") for _ in range(MOST_ROWS)))
        fill(grouper, *(request(make, LANE_CODES) for _ in range(MOST_ROWS // 2)))
        fill(grouper, *(request(make, LANE_NOTICES) for _ in range(MOST_ROWS // 2)))
        group = grouper.take()
        if any(entry[0] is large for entry in group):
            assert rows(group) <= MOST_ROWS or len(group) == 1
            return
    pytest.fail("ten groups went by")


def test_a_full_queue_refuses_accepts_and_never_results(make: Samples) -> None:
    grouper = Grouper(10)
    fill(grouper, request(make, LANE_CODES, 9), Nonce(1, 1))

    with pytest.raises(Throttled) as refused:
        fill(grouper, make.accept())

    assert refused.value.facts == {"waiting": 10}
    fill(grouper, *(make.receipt("x") for _ in range(1_000)))
    assert grouper.waiting == 10
    while grouper:
        grouper.take()
    fill(grouper, make.accept())


def test_a_request_larger_than_the_queue_enters_an_empty_one(make: Samples) -> None:
    grouper = Grouper(10)

    fill(grouper, request(make, LANE_MARKETING, 1_000))

    assert grouper.waiting == 1_000


def test_a_sink_that_fails_does_not_keep_the_outcomes_from_the_others() -> None:
    heard: list[Outcome] = []

    def broken(outcome: Outcome) -> None:
        raise RuntimeError("the caller is gone")

    settle([(Nonce(1, 1), broken, 1), (Nonce(1, 2), heard.append, 1)], [Done(), Done()])

    assert heard == [Done()]


async def test_a_store_with_a_full_queue_throttles_and_stores_what_it_took(
    database: Database, make: Samples
) -> None:
    books = await Books(database).open(most_waiting=5)
    try:
        pending = [books.store.commit(make.accept()) for _ in range(5)]
        with pytest.raises(Throttled):
            books.store.commit(make.accept())
        assert books.store.waiting == 5

        outcomes = [await future for future in pending]

        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        assert books.store.waiting == 0
        assert isinstance(await books.one(make.accept()), Accepted)
    finally:
        await books.close()


async def test_closing_stores_what_still_waits(database: Database, make: Samples) -> None:
    books = await Books(database).open()
    row = await books.one(make.accept())
    assert isinstance(row, Accepted)
    pending = [books.store.commit(make.accept()) for _ in range(1_500)]

    await books.close()

    assert all(isinstance(future.result(), Accepted) for future in pending)
    assert await books.value("SELECT count(*) FROM message") == 1_501


async def test_commands_in_many_groups_each_get_their_own_outcome(books: Books, make: Samples) -> None:
    messages = [make.message() for _ in range(1_200)]
    accepted = await books.group(*(make.accept(message) for message in messages))
    results = [
        make.result(message, outcome.outbox_ids[0])
        for message, outcome in zip(messages, accepted, strict=True)
        if isinstance(outcome, Accepted)
    ]

    outcomes = await books.group(*results)

    assert outcomes == [Answered()] * 1_200
    assert await books.outbox() == {}
    assert books.store.rows == 2_400
    assert 6 <= books.store.groups <= 20
