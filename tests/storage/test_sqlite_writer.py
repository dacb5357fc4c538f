"""The writer process: one owner of writes, and an honest word to everybody when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import apsw
import msgspec
import pytest
from storage_books import OUTCOMES_WITHIN, Books, SqliteFolder
from storage_samples import Samples

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.grouping import UNAVAILABLE
from hongyan.storage.port import Accepted, Refusal
from hongyan.storage.sqlite import writer
from hongyan.storage.sqlite.database import FILE, LOCK, WriteLock, open_reading
from hongyan.storage.sqlite.store import SqliteStore


async def count(folder: Path) -> int:
    return int((await SqliteFolder(folder).rows("SELECT count(*) FROM message"))[0][0])


@pytest.mark.slow
async def test_when_the_writer_dies_everybody_hears_that_nobody_knows(tmp_path: Path, make: Samples) -> None:
    ended = asyncio.Event()
    store = SqliteStore(tmp_path, most_waiting=10_000)
    await store.open(ended.set)
    assert isinstance(await store.commit(make.accept()), Accepted)
    os.kill(store.pid, signal.SIGSTOP)
    pending = [store.commit(make.accept()) for _ in range(2_000)]  # one group at the writer, three waiting
    await asyncio.sleep(0)

    os.kill(store.pid, signal.SIGKILL)

    async with asyncio.timeout(OUTCOMES_WITHIN):
        outcomes = await asyncio.gather(*pending)
        await ended.wait()
        later = await asyncio.gather(*(store.commit(make.accept()) for _ in range(1_000)))
    assert {repr(outcome) for outcome in [*outcomes, *later]} == {repr(UNAVAILABLE)}
    assert (store.closed, store.waiting) == (True, 0)
    await store.close()


@pytest.mark.slow
async def test_a_writer_ends_with_its_server_and_keeps_what_it_answered(
    tmp_path: Path, make: Samples
) -> None:
    store = SqliteStore(tmp_path, most_waiting=10_000)
    lost: list[bool] = []
    await store.open(lambda: lost.append(True))
    outcomes = await asyncio.gather(*(store.commit(make.accept()) for _ in range(700)))

    await store.close()

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert lost == []
    assert await count(tmp_path) == 700
    assert WriteLock(tmp_path).take()
    with pytest.raises(ProcessLookupError):
        os.kill(store.pid, 0)


async def test_a_second_server_on_the_same_data_is_refused(
    tmp_path: Path, make: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = await Books(SqliteFolder(tmp_path)).open()
    monkeypatch.setattr(writer, "LOCK_WAIT_SECONDS", 0.05)

    with pytest.raises(Misconfigured) as refused:
        await Books(SqliteFolder(tmp_path)).open()

    assert refused.value.code == "storage.in_use"
    assert isinstance(await books.one(make.accept()), Accepted)
    await books.close()


async def test_the_lock_and_the_database_are_for_their_owner_only(tmp_path: Path, make: Samples) -> None:
    books = await Books(SqliteFolder(tmp_path)).open()
    await books.one(make.accept())

    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}

    assert modes == dict.fromkeys((FILE, f"{FILE}-wal", f"{FILE}-shm", LOCK), 0o600)
    await books.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    content = b"not a database at all, but long enough to be read as one" * 100
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(Misconfigured) as refused:
        await Books(SqliteFolder(tmp_path)).open()

    assert refused.value.code == "storage.unreadable"
    assert (tmp_path / FILE).read_bytes() == content


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    books = await Books(SqliteFolder(tmp_path)).open()
    reader = open_reading(tmp_path / FILE)

    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("DELETE FROM fact")

    reader.close()
    await books.close()


async def test_a_command_that_is_none_of_ours_is_refused_alone(tmp_path: Path, make: Samples) -> None:
    books = await Books(SqliteFolder(tmp_path)).open()
    odd = msgspec.structs.replace(make.accept(), now_ms="yesterday")  # type: ignore[arg-type]

    outcomes = await books.group(make.accept(), odd, make.accept())

    assert [type(outcome) for outcome in outcomes] == [Accepted, Refusal, Accepted]
    assert await count(tmp_path) == 2
    await books.close()
