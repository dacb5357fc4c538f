"""From values to what people read: states, codes, times, money, numbers. Tables; pages hold none of this.

Each row of a table names the catalogue key of its words, so both languages always have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from hongyan.console.tones import Tone
from hongyan.console.words import Words
from hongyan.kernel.clock import Millis, beijing, utc
from hongyan.kernel.money import Amount, format_amount
from hongyan.kernel.numbers import mask, vendor_form
from hongyan.messaging.model import Category
from hongyan.messaging.states import MessageState


@dataclass(frozen=True, slots=True)
class Badge:
    """A short word with a tone."""

    tone: Tone
    words: str


MESSAGE_STATES: Mapping[str, Badge] = MappingProxyType(
    {
        MessageState.ACCEPTED.value: Badge(Tone.QUIET, "state.message.accepted"),
        MessageState.SUBMITTED.value: Badge(Tone.BUSY, "state.message.submitted"),
        MessageState.DELIVERED.value: Badge(Tone.GOOD, "state.message.delivered"),
        MessageState.FAILED.value: Badge(Tone.BAD, "state.message.failed"),
        MessageState.EXPIRED.value: Badge(Tone.WARN, "state.message.expired"),
        MessageState.NO_RECEIPT.value: Badge(Tone.WARN, "state.message.no_receipt"),
    }
)
"""Keys are `messaging.states.MessageState` values."""

PART_OUTCOMES: Mapping[int, Badge] = MappingProxyType(
    {
        0: Badge(Tone.BUSY, "state.part.submitted"),
        1: Badge(Tone.BAD, "state.part.refused"),
        2: Badge(Tone.WARN, "state.part.retry"),
        3: Badge(Tone.WARN, "state.part.expired"),
        4: Badge(Tone.WARN, "state.part.elsewhere"),
    }
)
"""Keys are the outcomes of a `storage.port.PartResult`, as `messaging.model.PartView` carries them."""

CATEGORIES: Mapping[int, str] = MappingProxyType(
    {
        Category.CODE: "category.code",
        Category.NOTICE: "category.notice",
        Category.MARKETING: "category.marketing",
        Category.INTERNATIONAL: "category.international",
    }
)


class Formatters:
    """The formatters of one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def state(self, value: str) -> Badge:
        """The badge of a message state."""
        return MESSAGE_STATES[value]

    def state_choices(self) -> list[tuple[str, str]]:
        """(value, words) of a choice of states, the first for any of them."""
        known = [(state, self._words(badge.words)) for state, badge in MESSAGE_STATES.items()]
        return [("", self._words("messages.any_state")), *known]

    def protocol_choices(self, protocols: Sequence[str]) -> list[tuple[str, str]]:
        """(value, words) of a choice of protocols, the first for any of them."""
        known = [(protocol, protocol.upper()) for protocol in protocols]
        return [("", self._words("codes.any_protocol")), *known]

    def outcome(self, value: int) -> Badge:
        """The badge of a part's submission."""
        return PART_OUTCOMES[value]

    def category(self, value: int) -> str:
        return self._words(CATEGORIES[value])

    def time(self, ms: Millis) -> str:
        """`2026-11-21 16:48:28`, Beijing time; the page says so once, near it."""
        return beijing(ms).strftime("%Y-%m-%d %H:%M:%S")

    def clock(self, ms: Millis) -> str:
        """`16:48`, Beijing time: for a phone, where the day stands above."""
        return beijing(ms).strftime("%H:%M")

    def day(self, ms: Millis) -> str:
        """`2026-11-21`, Beijing."""
        return beijing(ms).strftime("%Y-%m-%d")

    def instant(self, ms: Millis) -> str:
        """For machines: the `datetime` of a `<time>`."""
        return utc(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def took(self, from_ms: Millis, to_ms: Millis) -> str:
        """How long something took, in the largest fitting unit."""
        seconds = max(0, to_ms - from_ms) / 1000
        if seconds < 60:
            return self._words("time.seconds", amount=f"{seconds:.1f}")
        if seconds < 3600:
            return self._words("time.minutes", amount=f"{seconds / 60:.1f}")
        return self._words("time.hours", amount=f"{seconds / 3600:.1f}")

    def count(self, count: int) -> str:
        """`1234567` -> `1,234,567`."""
        return f"{count:,}"

    def money(self, amount: Amount) -> str:
        """`450` -> `¥0.045`."""
        text = format_amount(amount).removesuffix(" CNY")
        return f"-¥{text[1:]}" if text.startswith("-") else f"¥{text}"

    def number(self, number: str) -> str:
        """A whole phone number as people read it aloud: `138 0013 8000`."""
        shown = vendor_form(number)
        if len(shown) == 11 and shown.startswith("1"):
            return f"{shown[:3]} {shown[3:7]} {shown[7:]}"
        return shown

    def masked(self, number: str) -> str:
        """A phone number that names nobody: `138****8000`."""
        return mask(number)
