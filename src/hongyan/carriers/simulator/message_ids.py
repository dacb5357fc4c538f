"""Message ids in the forms of the protocols; none twice, also when the simulator starts again.

CMPP and SMGP have the time in their ids and a number behind it. Here that number follows the clock too, so that a new
start goes on above what the last one used. When more ids are taken than the form has for a second (or minute), those of
the next one are used.
"""

from __future__ import annotations

from typing import Protocol

from hongyan.kernel.clock import Millis
from hongyan.protocols.cmpp.msg_id import MsgId as CmppMsgId
from hongyan.protocols.smgp.msg_id import MsgId as SmgpMsgId

_SECOND = 1_000
_MINUTE = 60_000


class MessageIds(Protocol):
    """Gives ids."""

    def take(self, now_ms: Millis) -> str:
        """The next id."""
        ...

    def take_group(self, count: int, now_ms: Millis) -> list[str]:
        """The ids of a submit to `count` numbers, of which the answer names the first."""
        ...


class _Serial:
    """Numbers that only grow: `per` of them in a period of so many milliseconds, as the clock goes."""

    __slots__ = ("_next", "_per", "_period_ms")

    def __init__(self, per: int, period_ms: int) -> None:
        self._per = per
        self._period_ms = period_ms
        self._next = 0

    def take(self, count: int, now_ms: Millis) -> tuple[int, int]:
        """(begin of the period in ms, first number in it) of `count` numbers that follow each other."""
        per = self._per
        first = max(self._next, now_ms * per // self._period_ms)
        if first % per + count > per:
            first += per - first % per
        self._next = first + count
        period, number = divmod(first, per)
        return period * self._period_ms, number


class RunIds:
    """Text that begins with the time of the start, for SMPP, whose ids have no form."""

    def __init__(self, start_ms: Millis) -> None:
        self._run = f"{start_ms:X}"
        self._next = 0

    def take(self, now_ms: Millis) -> str:
        self._next += 1
        return f"{self._run}{self._next:08X}"

    def take_group(self, count: int, now_ms: Millis) -> list[str]:
        return [self.take(now_ms) for _ in range(count)]


class CmppIds:
    """Msg_Id: 16 hex digits; a group has ids that follow each other."""

    def __init__(self, gateway: int) -> None:
        self._gateway = gateway
        self._serial = _Serial(1 << 16, _SECOND)
        self._head_ms = -1
        self._head = 0

    def take(self, now_ms: Millis) -> str:
        return f"{self._first(1, now_ms):016x}"

    def take_group(self, count: int, now_ms: Millis) -> list[str]:
        first = self._first(count, now_ms)
        return [f"{first + step:016x}" for step in range(count)]

    def _first(self, count: int, now_ms: Millis) -> int:
        at_ms, number = self._serial.take(count, now_ms)
        if at_ms != self._head_ms:
            self._head_ms = at_ms
            self._head = int(CmppMsgId.at(at_ms, self._gateway, 0).hex, 16)
        return self._head | number


class SmgpIds:
    """MsgID: 20 decimal digits; a group has one id."""

    def __init__(self, gateway: int) -> None:
        self._gateway = f"{gateway:06d}"
        self._serial = _Serial(1_000_000, _MINUTE)
        self._head_ms = -1
        self._head = ""

    def take(self, now_ms: Millis) -> str:
        at_ms, number = self._serial.take(1, now_ms)
        if at_ms != self._head_ms:
            self._head_ms = at_ms
            self._head = SmgpMsgId.at(at_ms, self._gateway, 0).hex[:-6]
        return f"{self._head}{number:06d}"

    def take_group(self, count: int, now_ms: Millis) -> list[str]:
        return [self.take(now_ms)] * count
