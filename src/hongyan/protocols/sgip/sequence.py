"""Sequence numbers: three 32-bit numbers (node, time, counter) that name a message all over the network.

Everywhere here a sequence is one integer of 96 bits; what others call the message id is its 24 hex digits. A response
repeats the sequence of its request, a REPORT names that of the SUBMIT. Source: SGIP 1.2, message header.
"""

from __future__ import annotations

from hongyan.kernel.clock import Millis
from hongyan.protocols.wire.digests import timestamp

LAST_SEQUENCE = (1 << 96) - 1

_WORD = 0xFFFFFFFF


def triple(sequence: int) -> tuple[int, int, int]:
    """Node number, time as the decimal number MMDDHHMMSS, counter."""
    return sequence >> 64, sequence >> 32 & _WORD, sequence & _WORD


def of_triple(node: int, time: int, counter: int) -> int:
    """The sequence of three unsigned 32-bit numbers."""
    return node << 64 | time << 32 | counter


def message_id(sequence: int) -> str:
    """24 hex digits: how a session and its owner name a message."""
    return f"{sequence:024x}"


class SequenceMaker:
    """Sequences of one node, none twice; for all connections of that node.

    The counter runs on from second to second and wraps after 2**32, so a clock that is set back repeats nothing.
    `counter` is the first one: choose it at random where several processes share a node number, or where one may
    start twice in a second.
    """

    __slots__ = ("_counter", "_head", "_node", "_second")

    def __init__(self, node: int, counter: int = 0) -> None:
        if not 0 <= node <= _WORD:
            raise ValueError(f"a node number has 32 bits: {node}")
        self._node = node << 64
        self._counter = (counter - 1) & _WORD
        self._second = -1
        self._head = 0

    def next(self, now_ms: Millis) -> int:
        """The next sequence, for a moment (ms UTC)."""
        second = now_ms // 1000
        if second != self._second:
            self._second = second
            self._head = self._node | timestamp(now_ms) << 32
        self._counter = counter = (self._counter + 1) & _WORD
        return self._head | counter
