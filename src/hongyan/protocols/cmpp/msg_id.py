"""Msg_Id: 64 bits that a gateway gives each message, in parts and as 16 hex digits.

Platforms compare it as an opaque key, because some gateways fill it freely; nothing here fails on one. Source: the
remark on Msg_Id in CMPP 2.0, 7.4.3.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hongyan.kernel.clock import BEIJING, Millis

OCTETS = 8
_SEQUENCES = 1 << 16
_MASK_GATEWAY = (1 << 22) - 1


class MsgId(NamedTuple):
    """month 4 bits, day 5, hour 5, minute 6, second 6, gateway 22, sequence 16; most significant first."""

    month: int
    day: int
    hour: int
    minute: int
    second: int
    gateway: int
    sequence: int

    @classmethod
    def at(cls, ms: Millis, gateway: int, sequence: int) -> MsgId:
        """The id for a moment (ms UTC), in Beijing time. Too large parts lose their high bits."""
        moment = datetime.fromtimestamp(ms // 1000, BEIJING)
        return cls(
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
            gateway & _MASK_GATEWAY,
            sequence % _SEQUENCES,
        )

    @classmethod
    def of(cls, octets: bytes) -> MsgId:
        """The parts of the eight octets on the wire."""
        value = int.from_bytes(octets, "big")
        return cls(
            value >> 60,
            value >> 55 & 31,
            value >> 50 & 31,
            value >> 44 & 63,
            value >> 38 & 63,
            value >> 16 & _MASK_GATEWAY,
            value & 0xFFFF,
        )

    @property
    def octets(self) -> bytes:
        """As on the wire. Raises OverflowError when a part has more bits than its place."""
        month, day, hour, minute, second, gateway, sequence = self
        value = month << 60 | day << 55 | hour << 50 | minute << 44 | second << 38 | gateway << 16 | sequence
        return value.to_bytes(OCTETS, "big")

    @property
    def hex(self) -> str:
        """16 hex digits: how a session names a message."""
        return self.octets.hex()

    @property
    def digits(self) -> str:
        """22 decimal digits, as many platforms write it: MMDDHHMMSS, gateway (7), sequence (5)."""
        month, day, hour, minute, second, gateway, sequence = self
        return f"{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}{gateway:07d}{sequence:05d}"


def group_ids(first: bytes, count: int) -> list[bytes]:
    """The ids of a submit to `count` numbers, of which the answer names the first; the sequence wraps to 0."""
    head, sequence = first[:-2], int.from_bytes(first[-2:], "big")
    return [head + ((sequence + step) % _SEQUENCES).to_bytes(2, "big") for step in range(count)]
