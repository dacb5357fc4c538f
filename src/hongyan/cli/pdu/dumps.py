"""Dumps with offsets, as `xxd`, `hexdump -C`, `od -A x -t x1`, `tcpdump -x` and Wireshark write them."""

from __future__ import annotations

import re

# Possessive, so that a long line takes no memory for going back.
_WITH_COLON = re.compile(
    r"\s*(?:0x)?([0-9a-f]{4,16}):\s+((?:[0-9a-f]{2})++(?: (?:[0-9a-f]{2})++)*+)(?:\s{2,}.*|\s*)",
    re.IGNORECASE,
).fullmatch
_WITH_BLANKS = re.compile(
    r"\s*([0-9a-f]{4,8}(?=\s{2})|[0-9a-f]{6,8})\s+([0-9a-f]{2}(?:\s{1,2}[0-9a-f]{2})*+)(?:\s+[|>].*|\s{3,}.*|\s*)",
    re.IGNORECASE,
).fullmatch
_OFFSET_ALONE = re.compile(r"\s*([0-9a-f]{4,8})\s*", re.IGNORECASE).fullmatch
_SAME_AGAIN = "*"
_MOST_REPEATED = 1 << 16
"""Octets that a `*` may stand for; frames are shorter."""


class Dump:
    """One dump, line by line from its offset 0. `line`: the number of its first line."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.octets = bytearray()
        self._last = b""
        self._same_again = False

    def take(self, line: str) -> bool:
        """Whether a line belongs to the dump; if so, its octets are added."""
        if line.strip() == _SAME_AGAIN:
            self._same_again = bool(self._last)
            return self._same_again
        found = _WITH_COLON(line) or _WITH_BLANKS(line)
        ends = None if found else _OFFSET_ALONE(line)
        if found is None and (ends is None or not self.octets):
            return False
        offset = int((found or ends)[1], 16)  # type: ignore[index] # one of them is there
        if self._same_again:
            self._repeat(offset)
        if offset != len(self.octets):
            return False
        if found is not None:
            self._last = bytes.fromhex(found[2])
            self.octets += self._last
        return True

    def _repeat(self, offset: int) -> None:
        """The octets that `*` stood for."""
        times, rest = divmod(offset - len(self.octets), len(self._last))
        if not rest and 0 < times * len(self._last) <= _MOST_REPEATED:
            self.octets += self._last * times
        self._same_again = False
