"""How often something was seen, in bounded memory."""

from __future__ import annotations


class Seen:
    """Counts occurrences of 64-bit keys. Remembers at least the newest `capacity` keys.

    Two generations: when the young one is full it becomes the old one, and what was old is forgotten. So memory
    is bounded (two dictionaries of `capacity` entries), and a forgotten key counts as new.
    """

    def __init__(self, capacity: int = 1_000_000) -> None:
        self._capacity = capacity
        self._young: dict[int, int] = {}
        self._old: dict[int, int] = {}
        self.distinct = 0
        """Different keys so far; exact until `capacity` of them were seen."""

    def note(self, key: int) -> int:
        """Count one more occurrence; answers how many came before."""
        before = self._young.get(key)
        if before is None:
            before = self._old.get(key, 0)
            if not before:
                self.distinct += 1
            if len(self._young) >= self._capacity:
                self._old, self._young = self._young, {}
        self._young[key] = before + 1
        return before

    def count(self, key: int) -> int:
        """How often `key` was noted."""
        return self._young.get(key) or self._old.get(key, 0)
