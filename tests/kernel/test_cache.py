from __future__ import annotations

import asyncio

import pytest

from hongyan.kernel.cache import EVERYTHING, LONGEST_KEY, RecordCache


class Source:
    """Records that can be changed, and loads that can be held back."""

    def __init__(self, **records: str) -> None:
        self.records = records
        self.loads: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def load(self, key: str) -> str | None:
        self.loads.append(key)
        found = self.records.get(key)
        await self.open.wait()
        return found


async def test_a_record_is_loaded_once_and_then_at_hand() -> None:
    source = Source(a="1")
    cache = RecordCache(source.load)
    assert cache.peek("a") is None
    assert [await cache.get("a"), await cache.get("a"), cache.peek("a")] == ["1", "1", "1"]
    assert source.loads == ["a"]


async def test_absence_is_remembered_until_the_key_is_told() -> None:
    source = Source()
    cache = RecordCache(source.load)
    assert await cache.get("a") is None
    assert await cache.get("a") is None
    assert source.loads == ["a"]
    source.records["a"] = "1"
    cache.forget("a")
    assert await cache.get("a") == "1"


async def test_what_a_caller_names_at_length_is_not_remembered() -> None:
    source = Source()
    cache = RecordCache(source.load)
    usual, endless = "a" * LONGEST_KEY, "a" * (LONGEST_KEY + 1)
    for key in (usual, usual, endless, endless):
        assert await cache.get(key) is None
    assert source.loads == [usual, endless, endless]


async def test_callers_at_the_same_moment_share_one_load() -> None:
    source = Source(a="1")
    cache = RecordCache(source.load)
    assert await asyncio.gather(*(cache.get("a") for _ in range(5))) == ["1"] * 5
    assert source.loads == ["a"]


async def test_an_answer_from_before_a_change_is_not_remembered() -> None:
    source = Source(a="old")
    cache = RecordCache(source.load)
    source.open.clear()
    early = asyncio.ensure_future(cache.get("a"))
    while source.loads != ["a"]:
        await asyncio.sleep(0)
    source.records["a"] = "new"
    cache.forget("a")
    late = asyncio.ensure_future(cache.get("a"))
    while source.loads != ["a", "a"]:
        await asyncio.sleep(0)
    source.open.set()
    assert (await early, await late) == ("old", "new")
    assert cache.peek("a") == "new"


async def test_a_caller_who_gives_up_does_not_spoil_the_load_of_the_others() -> None:
    source = Source(a="1")
    cache = RecordCache(source.load)
    source.open.clear()
    first, second = (asyncio.ensure_future(cache.get("a")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    source.open.set()
    assert await second == "1"


async def test_a_failed_load_is_told_and_not_remembered() -> None:
    answers: list[str | Exception] = [OSError("away"), "1"]

    async def load(key: str) -> str | None:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = RecordCache(load)
    with pytest.raises(OSError, match="away"):
        await cache.get("a")
    assert await cache.get("a") == "1"


async def test_the_least_recently_used_record_goes_first() -> None:
    source = Source(a="1", b="2", c="3")
    cache = RecordCache(source.load, size=2)
    await cache.get("a")
    await cache.get("b")
    cache.peek("a")
    await cache.get("c")
    assert [cache.peek(key) for key in "abc"] == ["1", None, "3"]


async def test_unknown_keys_do_not_push_out_known_ones() -> None:
    source = Source(a="1")
    cache = RecordCache(source.load, size=2)
    await cache.get("a")
    for n in range(10):
        await cache.get(f"unknown{n}")
    assert cache.peek("a") == "1"


async def test_everything_can_be_forgotten_at_once() -> None:
    source = Source(a="1", b="2")
    cache = RecordCache(source.load)
    await cache.get("a")
    await cache.get("b")
    cache.forget(EVERYTHING)
    assert [cache.peek("a"), cache.peek("b")] == [None, None]
