"""What the store promises of ported numbers: by hash, the newest word, in pages, in batches."""

from __future__ import annotations

import json

import pytest
from storage_books import Books

from hongyan.storage.port import Change, Done, Outcome

LOWEST, HIGHEST = -(1 << 63) + 1, (1 << 63) - 1


async def keep(books: Books, *rows: tuple[int, str, int], source: str = "list.csv") -> set[int]:
    """Enter a batch: the hashes of what was new."""
    outcome = await books.one(Change((("messaging.keep_ported", (json.dumps(rows), source), None),)))
    assert isinstance(outcome, Done)
    return {number_hash for (number_hash,) in outcome.rows[0]}


async def port(books: Books, *row: object) -> Outcome:
    return await books.one(Change((("messaging.port_number", row, 1),)))


async def known(books: Books, number_hash: int) -> tuple[object, ...] | None:
    rows = await books.store.read("messaging.ported_number", number_hash)
    return rows[0] if rows else None


async def test_a_batch_is_entered_whatever_the_hashes_are(books: Books) -> None:
    rows = ((LOWEST, "unicom", 5), (0, "mobile", 6), (HIGHEST, "broadnet", 7))

    assert await keep(books, *rows) == {LOWEST, 0, HIGHEST}
    assert await known(books, LOWEST) == ("unicom", 5, "list.csv")
    assert await known(books, HIGHEST) == ("broadnet", 7, "list.csv")
    assert await known(books, 1) is None


@pytest.mark.parametrize(
    ("carrier", "since_ms", "changes"),
    [
        ("telecom", 11, True),
        ("telecom", 10, True),
        ("telecom", 9, False),
        ("unicom", 11, False),
        ("unicom", 9, False),
    ],
)
async def test_a_batch_changes_a_number_when_it_names_another_carrier_and_is_not_older(
    books: Books, carrier: str, since_ms: int, changes: bool
) -> None:
    await keep(books, (1, "unicom", 10))

    assert await keep(books, (1, carrier, since_ms), source="new.csv") == ({1} if changes else set())
    expected = (carrier, since_ms, "new.csv") if changes else ("unicom", 10, "list.csv")
    assert await known(books, 1) == expected


async def test_one_number_is_entered_whatever_was_known(books: Books) -> None:
    await keep(books, (1, "unicom", 10))

    assert await port(books, 1, "telecom", 3, "cli:test") == Done([[]])
    assert await known(books, 1) == ("telecom", 3, "cli:test")


async def test_a_number_is_taken_out_once(books: Books) -> None:
    await keep(books, (1, "unicom", 10))
    unport = Change((("messaging.unport_number", (1,), 1),))

    assert await books.one(unport) == Done([[]])
    assert await known(books, 1) is None
    assert not isinstance(await books.one(unport), Done)


async def test_a_carrier_that_there_is_not_is_refused_with_its_whole_batch(books: Books) -> None:
    rows = json.dumps([(1, "unicom", 1), (2, "vodafone", 1)])
    outcome = await books.one(Change((("messaging.keep_ported", (rows, "x"), None),)))

    assert not isinstance(outcome, Done)
    assert await known(books, 1) is None


async def test_pages_are_in_the_order_of_hashes_and_without_end(books: Books) -> None:
    hashes = [LOWEST, -5, 0, 7, HIGHEST]
    await keep(books, *((number_hash, "unicom", 1) for number_hash in hashes))

    read = []
    after = -(1 << 63)
    while page := await books.store.read("messaging.ported_page", after, 2):
        read += page
        after = page[-1][0]
    assert read == [(number_hash, "unicom") for number_hash in hashes]


async def test_some_numbers_and_counts_are_asked_for_together(books: Books) -> None:
    await keep(books, (LOWEST, "unicom", 1), (2, "unicom", 1), (3, "mobile", 1))

    some = await books.store.read("messaging.ported_some", json.dumps([LOWEST, 3, 4]))
    assert sorted(some) == [(LOWEST, "unicom"), (3, "mobile")]
    assert await books.store.read("messaging.ported_some", "[]") == []
    assert dict(await books.store.read("messaging.ported_counts")) == {"unicom": 2, "mobile": 1}  # type: ignore[arg-type]
