"""Ways to spoil frames. Each takes a frame and a source of randomness and gives other octets; none looks at a protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_LENGTH = 4
_OCTETS = (0x00, 0x01, 0x05, 0x1B, 0x20, 0x40, 0x7F, 0x80, 0xFE, 0xFF)
_WORDS = (0, 1, 11, 12, 15, 16, 20, 255, 256, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0x80000004, 0xFFFFFFFF)

Mutation = Callable[[bytes, Random], bytes]


def _flip_a_bit(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    return frame[:at] + bytes((frame[at] ^ 1 << random.randrange(8),)) + frame[at + 1 :]


def _put_an_octet(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    return frame[:at] + bytes((random.choice(_OCTETS),)) + frame[at + 1 :]


def _put_a_word(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame))
    return frame[:at] + random.choice(_WORDS).to_bytes(4, "big") + frame[at + 4 :]


def _take_octets_out(frame: bytes, random: Random) -> bytes:
    start, end = sorted((random.randrange(len(frame) + 1), random.randrange(len(frame) + 1)))
    return frame[:start] + frame[end:]


def _repeat_octets(frame: bytes, random: Random) -> bytes:
    start = random.randrange(len(frame))
    end = min(len(frame), start + random.randrange(1, 40))
    return frame[:end] + frame[start:end] * random.choice((1, 2, 300)) + frame[end:]


def _put_octets_in(frame: bytes, random: Random) -> bytes:
    at = random.randrange(len(frame) + 1)
    return frame[:at] + random.randbytes(random.choice((1, 2, 7, 140, 1_000))) + frame[at:]


def _end_early(frame: bytes, random: Random) -> bytes:
    return frame[: random.randrange(len(frame))]


MUTATIONS: tuple[Mutation, ...] = (
    _flip_a_bit,
    _put_an_octet,
    _put_a_word,
    _take_octets_out,
    _repeat_octets,
    _put_octets_in,
    _end_early,
)


def spoil(frame: bytes, random: Random) -> bytes:
    """One frame, changed in a few places; mostly with the right length in front, so that it is read at all."""
    for _ in range(random.choice((1, 1, 2, 4))):
        if frame:
            frame = random.choice(MUTATIONS)(frame, random)
    return with_its_length(frame) if random.random() < 0.85 else frame


def with_its_length(frame: bytes) -> bytes:
    """The same octets with a length that is right."""
    return len(frame).to_bytes(_LENGTH, "big") + frame[_LENGTH:] if len(frame) >= _LENGTH else frame


def spoil_stream(frames: Sequence[bytes], strangers: Sequence[bytes], random: Random) -> list[bytes]:
    """A conversation, changed in a few places: frames spoilt, lost, repeated, in another order, or somebody else's."""
    stream = list(frames)
    for _ in range(random.choice((1, 2, 4))):
        at = random.randrange(len(stream) + 1)
        match random.randrange(6):
            case 0 | 1 if at < len(stream):
                stream[at] = spoil(stream[at], random)
            case 2 if at < len(stream):
                del stream[at]
            case 3 if at < len(stream):
                stream[at:at] = [stream[at]] * random.choice((1, 3, 60))
            case 4:
                random.shuffle(stream)
            case _:
                stream.insert(at, random.choice(strangers))
    return stream


def cut(stream: bytes, random: Random) -> list[bytes]:
    """The stream as reads of any size."""
    pieces = []
    at = 0
    while at < len(stream):
        size = random.choice((1, 3, 16, 100, 1_000, 100_000))
        pieces.append(stream[at : at + size])
        at += size
    return pieces
