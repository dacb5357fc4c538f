"""Latencies in fixed buckets: recording allocates nothing, and percentiles are off by at most 1/64.

Shape: up to 127 every value has a bucket of its own; above, each doubling has 64 buckets.
"""

from __future__ import annotations

import math

_EXACT_BITS = 7
_PER_DOUBLING = 1 << (_EXACT_BITS - 1)
_VALUE_BITS = 40
HIGHEST = (1 << _VALUE_BITS) - 1
"""Larger values are recorded as this one (in microseconds: twelve days)."""


def bucket_of(value: int) -> int:
    """The bucket of a value from 0 to HIGHEST."""
    shift = value.bit_length() - _EXACT_BITS
    return value if shift <= 0 else shift * _PER_DOUBLING + (value >> shift)


def top_of(bucket: int) -> int:
    """The highest value of a bucket."""
    if bucket < 2 * _PER_DOUBLING:
        return bucket
    shift = bucket // _PER_DOUBLING - 1
    return ((bucket - shift * _PER_DOUBLING + 1) << shift) - 1


class Histogram:
    """Counts of non-negative integers (microseconds, here)."""

    __slots__ = ("_counts", "highest", "total")

    def __init__(self) -> None:
        self._counts = [0] * (bucket_of(HIGHEST) + 1)
        self.total = 0
        self.highest = 0

    def record(self, value: int) -> None:
        """Count one value."""
        if value > self.highest:
            self.highest = value = min(value, HIGHEST)
        shift = value.bit_length() - _EXACT_BITS
        self._counts[value if shift <= 0 else shift * _PER_DOUBLING + (value >> shift)] += 1
        self.total += 1

    def percentile(self, percent: float) -> int:
        """The smallest recorded value that at least `percent` of all do not exceed, rounded up to the top of
        its bucket; 0 when nothing was recorded."""
        left = max(1, math.ceil(self.total * percent / 100))
        for bucket, count in enumerate(self._counts):
            left -= count
            if left <= 0:
                return min(top_of(bucket), self.highest)
        return 0
