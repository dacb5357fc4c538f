"""The process that reads: started when needed, one paper at a time, ended by force when it takes too long or too much."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from until import until

from hongyan.compliance.ocr import Bounds, ReadApart
from hongyan.compliance.papers import Format
from hongyan.kernel.errors import Broken, Refused, Throttled

PROGRAM = Path(__file__).with_name("stand_in_program.py")
Make = Callable[..., ReadApart]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made: list[ReadApart] = []

    def new(program: Path = PROGRAM, **bounds: float) -> ReadApart:
        made.append(ReadApart(Bounds(**bounds), program))  # type: ignore[arg-type]
        return made[-1]

    yield new
    for each in made:
        await each.close()


async def _engine(read: ReadApart) -> str:
    return (await read(b"page", Format.PNG)).engine


async def test_it_starts_with_the_first_paper_and_serves_the_next_one_too(make: Make) -> None:
    read = make()
    assert not read.is_running
    text = await read(b"page", Format.PNG)
    assert len(text.pages) == 2
    assert read.is_running
    assert await _engine(read) == text.engine


async def test_it_ends_when_nothing_was_read_for_a_while_and_starts_again(make: Make) -> None:
    read = make(idle_seconds=0.01)
    first = await _engine(read)
    await until(lambda: not read.is_running, "the reader has ended")
    assert await _engine(read) != first
    assert read.ended_by_force == 0


@pytest.mark.parametrize("order", [b"hang", b"fall", b"rubbish", b"memory"])
async def test_a_paper_that_ends_its_reader_is_refused_and_the_next_one_gets_a_fresh_reader(
    make: Make, order: bytes
) -> None:
    read = make(page_seconds=0.3)
    with pytest.raises(Refused) as refused:
        await read(order, Format.PNG)
    assert refused.value.code == "ocr.too_heavy"
    assert not read.is_running
    assert read.ended_by_force == 1
    assert (await read(b"page", Format.PNG)).pages


async def test_a_paper_that_ends_a_tired_reader_is_tried_once_more(make: Make) -> None:
    read = make()
    await read(b"page", Format.PNG)
    assert (await read(b"tired", Format.PNG)).pages
    assert read.ended_by_force == 1


async def test_a_damaged_file_does_not_end_the_reader(make: Make) -> None:
    read = make()
    first = await _engine(read)
    with pytest.raises(Refused) as refused:
        await read(b"damaged", Format.PNG)
    assert refused.value.code == "ocr.damaged"
    assert await _engine(read) == first


async def test_one_paper_at_a_time_and_no_more_wait_than_may(make: Make) -> None:
    read = make(waiting=2)
    results = await asyncio.gather(*(read(b"page", Format.PNG) for _ in range(4)), return_exceptions=True)
    throttled = [each for each in results if isinstance(each, Throttled)]
    assert [each.code for each in throttled] == ["ocr.busy"] * 2
    assert len({each.engine for each in results if not isinstance(each, BaseException)}) == 1


async def test_who_stops_waiting_for_a_paper_takes_its_reader_along(make: Make) -> None:
    read = make()
    task = asyncio.create_task(read(b"hang", Format.PNG))
    await until(lambda: read.is_running, "the reader runs")
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not read.is_running, "the reader has ended")
    assert (await read(b"page", Format.PNG)).pages


async def test_a_reader_that_does_not_start_is_ours_to_mend(make: Make, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text(PROGRAM.read_text("utf-8"), "utf-8")
    with pytest.raises(Broken) as told:
        await make(broken)(b"page", Format.PNG)
    assert told.value.code == "ocr.reader"
    assert "hongyan[ocr]" in told.value.en


async def test_word_documents_are_not_read(make: Make) -> None:
    read = make()
    with pytest.raises(Refused) as refused:
        await read(b"page", Format.DOCX)
    assert refused.value.code == "ocr.format"
    assert not read.is_running


async def test_it_knows_none_of_our_secrets(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_MASTER_KEY", "secret")
    text = await make()(b"secret", Format.PNG)
    known = text.pages[0].passes[0].lines[0].text.split(",")
    assert not [name for name in known if name.startswith("HONGYAN")]


async def test_closing_ends_it(make: Make) -> None:
    read = make()
    number = int((await _engine(read)).split()[1])
    await read.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
