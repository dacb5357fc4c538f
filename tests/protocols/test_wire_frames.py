"""Cutting a byte stream into frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.wire.errors import FrameError
from hongyan.protocols.wire.frames import FrameReader

BODIES = st.lists(st.binary(max_size=40), max_size=12)


def frame(body: bytes) -> bytes:
    return (len(body) + 12).to_bytes(4, "big") + bytes(8) + body


def reader(limit: int = 4096) -> FrameReader:
    return FrameReader(12, limit)


@given(BODIES, st.lists(st.integers(0, 60), max_size=30))
def test_frames_come_out_whole_however_the_stream_is_cut(bodies: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(map(frame, bodies))
    cutter = reader()
    got: list[bytes] = []
    at = 0
    for size in [*sizes, len(stream)]:
        got += cutter.feed(stream[at : at + size])
        at += size
    assert got == [frame(body) for body in bodies]
    assert cutter.held == 0


def test_one_octet_at_a_time_gives_the_same_frames() -> None:
    stream = frame(b"abc") + frame(b"") + frame(b"x" * 3000)
    cutter = reader()
    got = [each for octet in stream for each in cutter.feed(bytes((octet,)))]
    assert got == [frame(b"abc"), frame(b""), frame(b"x" * 3000)]


def test_an_unfinished_frame_waits_and_memory_stays_within_the_limit() -> None:
    cutter = reader(limit=1000)
    announced = (1000).to_bytes(4, "big")
    assert cutter.feed(announced + bytes(995)) == []
    assert cutter.held == 999
    assert cutter.feed(b"\0" + announced) == [announced + bytes(996)]
    assert cutter.held == 4


@pytest.mark.parametrize("length", [0, 11, 4097, 0xFFFFFFFF])
def test_a_bad_length_gives_up_the_frames_before_it_and_then_only_fails(length: int) -> None:
    cutter = reader()
    with pytest.raises(FrameError) as caught:
        cutter.feed(frame(b"good") + length.to_bytes(4, "big") + frame(b"lost"))
    assert caught.value.frames == [frame(b"good")]
    assert caught.value.facts == {"length": length}
    with pytest.raises(FrameError) as again:
        cutter.feed(frame(b"more"))
    assert again.value.frames == []


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_any_bytes_give_frames_or_a_frame_error(chunks: list[bytes]) -> None:
    cutter = reader(limit=64)
    for chunk in chunks:
        try:
            frames = cutter.feed(chunk)
        except FrameError as error:
            frames = error.frames
        for each in frames:
            assert int.from_bytes(each[:4], "big") == len(each)
        assert cutter.held < 64
