"""How bytes reach a socket: whole, gathered, in pieces, and not at all while a link is stalled."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from hongyan.carriers.simulator.scenario import Links, Scenario
from hongyan.carriers.simulator.writing import CROWDED, Pen


class Paper:
    """A socket that notes what is written."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def pen_on(paper: Paper, **links: Any) -> Pen:
    scenario = Scenario(links=Links(**links))
    pen = Pen(lambda: scenario, lambda: None)
    pen.attach(cast(asyncio.Transport, paper))
    return pen


async def rounds(paper: Paper, octets: int) -> None:
    async with asyncio.timeout(5):
        while sum(map(len, paper.writes)) < octets:
            await asyncio.sleep(0)


async def test_frames_leave_at_once_and_together() -> None:
    paper = Paper()
    pen = pen_on(paper)
    pen.write([b"one", b"two"])
    pen.write([b"three"])
    assert paper.writes == [b"onetwo", b"three"]


async def test_small_pieces_leave_one_by_one_in_order() -> None:
    paper = Paper()
    pen = pen_on(paper, split_octets=3)
    pen.write([bytes(range(50))])
    pen.write([bytes(range(50, 100))])
    assert paper.writes == []
    await rounds(paper, 100)
    assert b"".join(paper.writes) == bytes(range(100))
    assert {len(piece) for piece in paper.writes} == {1, 2, 3}


async def test_pieces_repeat_from_run_to_run() -> None:
    sizes = []
    for _ in range(2):
        paper = Paper()
        pen_on(paper, split_octets=9).write([bytes(200)])
        await rounds(paper, 200)
        sizes.append([len(piece) for piece in paper.writes])
    assert sizes[0] == sizes[1]


async def test_gathered_frames_leave_together() -> None:
    paper = Paper()
    pen = pen_on(paper, merge_seconds=0.01)
    pen.write([b"one"])
    pen.write([b"two"])
    assert paper.writes == []
    await rounds(paper, 6)
    assert paper.writes == [b"onetwo"]


async def test_a_stalled_pen_writes_later_and_closes_last() -> None:
    paper = Paper()
    pen = pen_on(paper)
    pen.hold(True)
    pen.write([b"one"])
    pen.finish()
    await asyncio.sleep(0.01)
    assert paper.writes == []
    assert not paper.closed
    pen.hold(False)
    pen.write([b"two"])
    await rounds(paper, 6)
    assert (b"".join(paper.writes), paper.closed) == (b"onetwo", True)


async def test_pieces_are_all_written_before_the_socket_closes() -> None:
    paper = Paper()
    pen = pen_on(paper, split_octets=2)
    pen.write([b"goodbye"])
    pen.finish()
    await rounds(paper, 7)
    assert b"".join(paper.writes) == b"goodbye"
    assert paper.closed


async def test_a_pen_says_when_too_much_waits_and_forgets_it_with_the_socket() -> None:
    paper = Paper()
    pen = pen_on(paper, split_octets=1)
    pen.write([bytes(CROWDED)])
    assert not pen.crowded
    pen.write([b"!"])
    assert pen.crowded
    pen.detach()
    assert not pen.crowded
    await asyncio.sleep(0.01)
    assert len(paper.writes) <= 1
