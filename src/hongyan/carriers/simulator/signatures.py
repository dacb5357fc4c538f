"""The signature of a text, 【…】 at its beginning or its end, also for the parts of a long text that do not show it.

Only the first part of a long text shows its signature (or the last one, when it stands at the end), so what it was is
remembered for the other parts. Bounded: the oldest long texts are forgotten first. A part that comes before the one
with the signature has none; that order matters here is told in README.md.
"""

from __future__ import annotations

import re

from hongyan.carriers.simulator.parts import Part, text_of

_MOST_OPEN = 10_000
_AT_BEGINNING = re.compile(r"\s*【([^【】]*)】").match
_AT_END = re.compile(r"【([^【】]*)】\s*\Z").search

_Key = tuple[str, str, int, int]


def signature_in(text: str) -> str:
    """What stands in the brackets, "" without any. The one at the beginning wins."""
    found = _AT_BEGINNING(text) or _AT_END(text)
    return found[1] if found is not None else ""


class Signatures:
    """Remembers signatures of long texts."""

    def __init__(self) -> None:
        self._of_long: dict[_Key, str] = {}

    def of(self, part: Part) -> str:
        """The signature of the text that a part belongs to, "" for none."""
        if part.total <= 1:
            return signature_in(text_of(part))
        key = (part.number, part.source, part.reference, part.total)
        known = self._of_long.get(key)
        if part.index not in (1, part.total):
            return known or ""
        shown = signature_in(text_of(part))
        if not shown:
            return known or ""
        self._of_long.pop(key, None)
        self._of_long[key] = shown
        if len(self._of_long) > _MOST_OPEN:
            del self._of_long[next(iter(self._of_long))]
        return shown
