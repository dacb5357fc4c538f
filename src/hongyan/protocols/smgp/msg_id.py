"""MsgID: ten octets that a gateway gives each message, twenty decimal digits in BCD, in parts.

Platforms compare it as an opaque key, because some gateways fill it freely; sessions name it by its 20 hex digits.
Source: SMGP 3.0.3, MsgID of Submit_Resp.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.smgp.pdus import MESSAGE_ID_SIZE

NO_ID = bytes(MESSAGE_ID_SIZE)
"""Of an answer that refuses."""

_SEQUENCES = 1_000_000


class MsgId(NamedTuple):
    """`gateway`: six digits, of which three are the area, two the kind of device (06) and one its number. `time`:
    MMDDHHMM. `sequence`: 000000 to 999999, then again from 0."""

    gateway: str
    time: str
    sequence: int

    @classmethod
    def at(cls, ms: Millis, gateway: str, sequence: int) -> MsgId:
        """The id for a moment (ms UTC), in Beijing time; the sequence wraps."""
        moment = datetime.fromtimestamp(ms // 1000, BEIJING)
        return cls(gateway, f"{moment:%m%d%H%M}", sequence % _SEQUENCES)

    @classmethod
    def of(cls, octets: bytes) -> MsgId | None:
        """The parts of the ten octets on the wire, None when they are no decimal digits."""
        digits = octets.hex()
        return cls(digits[:6], digits[6:14], int(digits[14:])) if digits.isdecimal() else None

    @property
    def hex(self) -> str:
        """Twenty digits: how a session names a message."""
        return f"{self.gateway}{self.time}{self.sequence:06d}"

    @property
    def octets(self) -> bytes:
        """As on the wire."""
        return bytes.fromhex(self.hex)
