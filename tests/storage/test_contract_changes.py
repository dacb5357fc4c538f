"""What the store promises of cold changes: all statements or none, counted, told after the commit."""

from __future__ import annotations

from typing import Any

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.storage.port import Accepted, Change, Done, Nonce, Refusal


def add(name: str, value: str = "1", rows: int | None = 1) -> tuple[str, tuple[Any, ...], int | None]:
    return "test.add_fact", (name, value), rows


def change(name: str, value: str, rows: int | None = 1) -> tuple[str, tuple[Any, ...], int | None]:
    return "test.change_fact", (name, value), rows


async def facts(books: Books) -> dict[str, str]:
    return dict(await books.rows("SELECT name, value FROM fact WHERE name LIKE 'x%'"))  # type: ignore[arg-type]


async def test_the_statements_of_a_change_are_stored_together_and_give_their_rows(books: Books) -> None:
    await books.one(Change((add("x1", "old"),)))

    outcome = await books.one(Change((add("x2"), ("test.take_fact", ("x1",), 1), change("x2", "new"))))

    assert outcome == Done([[], [("old",)], []])
    assert await facts(books) == {"x2": "new"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (change("x9", "v", 1), 0),
        (change("x1", "v", 0), 1),
        (("test.take_fact", ("x9",), 1), 0),
        (("test.fact", ("x9",), 1), 0),
        (("test.fact", ("x1",), 0), 1),
    ],
)
async def test_a_count_that_does_not_fit_undoes_the_whole_change(
    books: Books, statement: tuple[str, tuple[Any, ...], int], found: int
) -> None:
    await books.one(Change((add("x1"),)))

    outcome = await books.one(Change((add("x2"), statement, add("x3"))))

    facts_of_conflict = {"statement": statement[0], "expected": statement[2], "found": found}
    assert outcome == Refusal("storage.conflict", facts_of_conflict)
    assert await facts(books) == {"x1": "1"}


async def test_no_expectation_accepts_any_count(books: Books) -> None:
    assert await books.one(Change((change("x9", "v", None), ("test.fact", ("x9",), None)))) == Done([[], []])


async def test_a_unique_name_that_is_taken_is_a_conflict(books: Books) -> None:
    await books.one(Change((add("x1"),)))

    outcome = await books.one(Change((add("x2"), add("x1", "mine"))))

    assert isinstance(outcome, Refusal)
    assert outcome.code == "storage.conflict"
    assert outcome.detail["statement"] == "test.add_fact"
    assert await facts(books) == {"x1": "1"}


async def test_a_conflict_does_not_touch_the_rest_of_its_group(books: Books, make: Samples) -> None:
    outcomes = await books.group(
        Change((add("x1"),)), Change((add("x2"), change("x9", "v"))), Change((add("x3"),)), make.accept()
    )

    assert [type(outcome) for outcome in outcomes] == [Done, Refusal, Done, Accepted]
    assert await facts(books) == {"x1": "1", "x3": "1"}


@pytest.mark.parametrize(
    "statement",
    [("test.broken", (1,), None), ("no.such_statement", (), None), ("test.add_fact", ("x5",), None)],
)
async def test_a_broken_statement_is_refused_alone(
    books: Books, make: Samples, statement: tuple[str, tuple[Any, ...], None]
) -> None:
    outcomes = await books.group(
        Change((add("x1"),)), Change((add("x2"), statement)), make.accept(), Change((add("x3"),))
    )

    assert [type(outcome) for outcome in outcomes] == [Done, Refusal, Accepted, Done]
    assert outcomes[1].code == "store.failed"  # type: ignore[union-attr]
    assert await facts(books) == {"x1": "1", "x3": "1"}


@pytest.mark.parametrize("parameter", [object(), 1 << 70, "\ud800"])
async def test_a_parameter_that_no_database_takes_is_refused_alone(books: Books, parameter: object) -> None:
    outcomes = await books.group(
        Change((add("x1"),)), Change((("test.add_fact", ("x2", parameter), None),)), Change((add("x3"),))
    )

    assert [type(outcome) for outcome in outcomes] == [Done, Refusal, Done]
    assert await facts(books) == {"x1": "1", "x3": "1"}


async def test_a_change_sees_the_changes_before_it_in_its_group(books: Books) -> None:
    outcomes = await books.group(Change((add("x1"),)), Change((change("x1", "2"),)))

    assert outcomes == [Done([[]]), Done([[]])]
    assert await facts(books) == {"x1": "2"}


async def test_reads_see_every_commit_that_was_answered(books: Books) -> None:
    for value in "abc":
        await books.group(Change((("test.take_fact", ("x1",), None), add("x1", value))))
        assert await books.store.read("test.fact", "x1") == [(value,)]


# -- topics ------------------------------------------------------------------------------------------------


async def test_subscribers_are_told_after_the_commit(books: Books) -> None:
    told: list[str] = []
    books.store.subscribe("thing", told.append)
    books.store.subscribe("other", lambda key: told.append(f"other {key}"))

    pending = books.store.commit(Change((add("x1"),), topics=(("thing", "a"), ("other", "b"))))
    assert told == []
    assert isinstance(await pending, Done)

    assert told == ["a", "other b"]


async def test_subscribers_hear_nothing_of_a_refused_change(books: Books) -> None:
    told: list[str] = []
    books.store.subscribe("thing", told.append)

    await books.one(Change((change("x9", "v"),), topics=(("thing", "a"),)))
    await books.one(Change((("test.broken", (1,), None),), topics=(("thing", "b"),)))

    assert told == []


async def test_the_news_is_told_before_the_outcome(books: Books) -> None:
    order: list[str] = []
    books.store.subscribe("thing", order.append)

    books.store.post(
        Change((add("x1"),), topics=(("thing", "news"),)), lambda outcome: order.append("outcome")
    )
    await books.one(Change(()))

    assert order == ["news", "outcome"]


# -- nonces ------------------------------------------------------------------------------------------------


async def test_a_change_uses_its_nonce_up_only_when_it_is_stored(books: Books, make: Samples) -> None:
    nonce = (make.minute, 5)

    refused = await books.one(Change((change("x9", "v"),), nonce=nonce))
    stored = await books.one(Change((add("x1"),), nonce=nonce))
    again = await books.one(Change((add("x2"),), nonce=nonce))

    assert isinstance(refused, Refusal)
    assert stored == Done([[]])
    assert again == Refusal("nonce.used")
    assert await facts(books) == {"x1": "1"}
    assert await books.one(Nonce(*nonce)) == Refusal("nonce.used")
    await books.restart()
    assert await books.one(Nonce(*nonce)) == Refusal("nonce.used")
