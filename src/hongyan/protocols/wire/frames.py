"""Cut a byte stream into frames that begin with their own length.

Every carrier protocol here starts a frame with a 4-byte big-endian length that includes the header.
Time is linear in the bytes received, memory is bounded by `limit` plus one read, however small the reads are.
"""

from __future__ import annotations

from struct import Struct

from hongyan.protocols.wire.errors import FrameError

_LENGTH = Struct(">I").unpack_from
_PREFIX = 4
SHOWN_OCTETS = 16
"""Of what makes no frame: enough to tell HTTP, TLS or another carrier protocol."""


class FrameReader:
    """`header_size` is the smallest legal length, `limit` the largest."""

    __slots__ = ("_broken", "_held", "_needed", "header_size", "limit")

    def __init__(self, header_size: int, limit: int) -> None:
        self.header_size = header_size
        self.limit = limit
        self._held = bytearray()
        self._needed = _PREFIX  # held octets before another look is worth it
        self._broken: int | None = None

    @property
    def held(self) -> int:
        """Octets of an unfinished frame."""
        return len(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Frames completed by `data`, in order.

        Raises:  FrameError at the first bad length, with the frames before it, and at every later call.
        """
        if self._broken is not None:
            raise FrameError(self._broken, [])
        held = self._held
        if held:
            held += data
            if len(held) < self._needed:
                return []
            data = bytes(held)
            held.clear()
        frames: list[bytes] = []
        header_size, limit = self.header_size, self.limit
        size = len(data)
        at = 0
        needed = _PREFIX
        while size - at >= _PREFIX:
            (length,) = _LENGTH(data, at)
            if not header_size <= length <= limit:
                self._broken = length
                raise FrameError(length, frames, data[at : at + SHOWN_OCTETS])
            end = at + length
            if end > size:
                needed = length
                break
            frames.append(data[at:end])
            at = end
        if at < size:
            held += data[at:]
            self._needed = needed
        return frames
