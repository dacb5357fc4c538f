"""What a page says once about what just happened.

Only the name travels (in a cookie that the next page uses up), so a stranger cannot put words on our page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hongyan.console.tones import Tone


@dataclass(frozen=True, slots=True)
class Flash:
    """A notice. `words` is a catalogue key."""

    name: str
    tone: Tone
    words: str


_ROWS = (
    Flash("logged_out", Tone.QUIET, "login.logged_out"),
    Flash("session_over", Tone.WARN, "login.session_over"),
    Flash("reply_sent", Tone.GOOD, "inbox.reply_sent"),
)

FLASHES: Mapping[str, Flash] = MappingProxyType({row.name: row for row in _ROWS})
