"""Purging on SQLite goes in bounded rounds: the writer has other things to do."""

from __future__ import annotations

from pathlib import Path

from storage_books import Books, SqliteFolder
from storage_samples import Samples

from hongyan.kernel.clock import DAY_MS
from hongyan.storage.bounds import PURGE_CHUNK


async def test_one_round_deletes_a_bounded_number_and_the_rounds_end(tmp_path: Path, make: Samples) -> None:
    books = await Books(SqliteFolder(tmp_path)).open()
    rest = 300
    await books.group(*(make.accept() for _ in range(PURGE_CHUNK + rest)))
    make.clock.advance(3 * DAY_MS / 1000)
    left = []

    for _ in range(3):
        await books.one(make.maintain(keep_days=1))
        left.append(await books.value("SELECT count(*) FROM message"))

    assert left == [rest, 0, 0]
    await books.close()
