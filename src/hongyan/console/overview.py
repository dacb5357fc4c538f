"""How the newest messages fared, for the home page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from hongyan.console.formatters import MESSAGE_STATES, Badge
from hongyan.kernel.clock import Millis
from hongyan.messaging.model import MessageView
from hongyan.messaging.states import MessageState

SAMPLE: Final = 200
"""Newest messages that are looked at. The page says so: these are no totals."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the sample are in one state. `start` and `width` place it on a bar of 1,000 units."""

    state: str
    badge: Badge
    count: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`median_ms`: from accepted to delivered, None while nothing was. `since_ms`: the oldest of the sample."""

    total: int
    shares: tuple[Share, ...]
    median_ms: Millis | None
    since_ms: Millis | None


def overview(messages: Sequence[MessageView]) -> Overview:
    """What the sample says."""
    counts = Counter(message.state for message in messages)
    total = len(messages)
    took = [
        message.done_ms - message.accepted_ms
        for message in messages
        if message.done_ms is not None and message.state == MessageState.DELIVERED.value
    ]
    return Overview(
        total=total,
        shares=_shares(counts, total),
        median_ms=int(median(took)) if took else None,
        since_ms=min((message.accepted_ms for message in messages), default=None),
    )


def _shares(counts: Counter[str], total: int) -> tuple[Share, ...]:
    shares, passed = [], 0
    for state, badge in MESSAGE_STATES.items():
        count = counts[state]
        if count:
            start, passed = passed, passed + count
            left, right = start * 1000 // total, passed * 1000 // total
            shares.append(Share(state, badge, count, left, right - left))
    return tuple(shares)
