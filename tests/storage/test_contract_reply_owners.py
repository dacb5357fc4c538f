"""What the store promises of replies: whose they are by the number that the handset dialled."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from storage_books import Books, SqliteFolder
from storage_samples import Samples

from hongyan.storage.port import Change, Done, Refusal
from hongyan.storage.sqlite.database import FILE
from hongyan.storage.statements import catalogue

HANDSET, OTHER_HANDSET = 4711, 4712
ACCESS = "1069000012"
MANY = 500


async def send(books: Books, make: Samples, *senders: tuple[int, str], handset: int = HANDSET) -> None:
    """Messages of (account, sender) to a handset, the oldest first."""
    for account_id, sender in senders:
        message = make.message(account_id=account_id, access_number=sender, number_hash=handset)
        await books.one(make.accept(message))


async def owner(
    books: Books, dialled: str, *, handset: int = HANDSET, newest: int = MANY, least: int = 0, since: int = 0
) -> int | None:
    rows = await books.store.read("messaging.owner_of_number", handset, dialled, newest, least, since)
    return rows[0][0] if rows else None


@pytest.mark.parametrize(
    ("dialled", "account"),
    [
        (ACCESS + "77", 2),  # the very number, though a shorter sender wrote later
        (ACCESS + "7701", 2),  # the longest sender that begins it
        (ACCESS + "78", 3),
        (ACCESS, 3),
        (ACCESS + "88", 5),  # of two that wrote from this number the later one
        (ACCESS + "8", 3),  # a longer sender is no prefix
        ("10690000", None),
        ("2069000012", None),
        ("", None),
    ],
)
async def test_a_reply_belongs_to_the_longest_sender_that_begins_the_dialled_number(
    books: Books, make: Samples, dialled: str, account: int | None
) -> None:
    await send(
        books,
        make,
        (2, ACCESS + "77"),
        (4, ACCESS + "88"),
        (5, ACCESS + "88"),
        (6, ACCESS + "9999"),
        (3, ACCESS),
    )

    assert await owner(books, dialled) == account


async def test_a_sender_may_be_too_short_and_a_message_too_old(books: Books, make: Samples) -> None:
    await send(books, make, (2, ACCESS + "77"))
    since = make.ids.next()
    await send(books, make, (3, ACCESS))

    assert await owner(books, ACCESS + "77", least=len(ACCESS) + 2) == 2
    assert await owner(books, ACCESS + "77", least=len(ACCESS) + 3) is None
    assert await owner(books, ACCESS + "77", since=since) == 3
    assert await owner(books, ACCESS + "77", least=len(ACCESS) + 2, since=since) is None


async def test_the_signature_is_told_with_the_account(books: Books, make: Samples) -> None:
    message = make.message(access_number=ACCESS, number_hash=HANDSET, signature_id=29)
    await books.one(make.accept(message))

    rows = await books.store.read("messaging.owner_of_number", HANDSET, ACCESS, MANY, 0, 0)
    assert rows == [(message.account_id, 29)]


async def test_messages_to_other_handsets_do_not_count(books: Books, make: Samples) -> None:
    await send(books, make, (2, ACCESS), handset=OTHER_HANDSET)

    assert await owner(books, ACCESS) is None
    assert await owner(books, ACCESS, handset=OTHER_HANDSET) == 2


async def test_only_the_newest_messages_to_the_handset_are_looked_at(books: Books, make: Samples) -> None:
    await send(books, make, (2, ACCESS + "77"), (3, ACCESS + "88"), (3, ACCESS + "88"))

    assert await owner(books, ACCESS + "77", newest=2) is None
    assert await owner(books, ACCESS + "77", newest=3) == 2


async def test_senders_that_are_names_and_numbers_with_signs_are_compared_as_they_are(
    books: Books, make: Samples
) -> None:
    await send(books, make, (2, "HONGYAN"), (3, "%"), (4, "1069_"))

    assert await owner(books, "HONGYAN") == 2
    assert await owner(books, "10690") is None


async def test_the_question_walks_the_index_of_numbers_on_sqlite(tmp_path: Path) -> None:
    database = SqliteFolder(tmp_path)
    books = await Books(database).open()
    connection = apsw.Connection(str(tmp_path / FILE))
    sql = catalogue("sqlite")["messaging.owner_of_number"]
    plan = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql, (1, "1", 500, 0, 0))]
    connection.close()
    await books.close()

    assert any("message_by_number (number_hash=?" in step for step in plan), plan
    assert not any(step.startswith("SCAN message") for step in plan), plan


async def test_what_a_carrier_calls_a_text_is_known_until_its_time_and_then_forgotten(
    books: Books, make: Samples
) -> None:
    def know(until_ms: int) -> Change:
        return Change((("messaging.know_reply", (-7, until_ms, make.now_ms), 1),))

    assert isinstance(await books.one(know(make.now_ms + 1_000)), Done)
    refused = await books.one(know(make.now_ms + 5_000))
    assert isinstance(refused, Refusal)
    assert refused.detail["statement"] == "messaging.know_reply"
    make.clock.advance(1)
    assert isinstance(await books.one(know(make.now_ms + 1_000)), Done)
    await books.one(make.maintain())
    assert await books.value("SELECT count(*) FROM reply_key") == 1
    make.clock.advance(1)
    await books.one(make.maintain())
    assert await books.value("SELECT count(*) FROM reply_key") == 0
