"""How long a text may get when its variables are filled, and what that means in segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.attributes import ATTRIBUTES
from hongyan.compliance.rules.characters import MOST as LONGEST_NAME
from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.kernel.money import Amount
from hongyan.kernel.text import billing_segments

LONGEST_VALUE: Final = 35
"""Characters of a variable whose attribute is not told (alibaba.md 6.3, attribute `others`)."""
LONGEST_TEXT: Final = 500
"""Characters that are sent at all, the signature included (alibaba.md 5.4)."""
_WIDE: Final = "字"
_NARROW: Final = "0"


@dataclass(frozen=True, slots=True)
class Extent:
    """Of the whole message, signature included: characters and charged segments, from least to most.

    `longest`: the text with the most in it. `price`: of one message, in 1/10,000 yuan, least and most; None when
    nobody told a price.
    """

    longest: str
    least_characters: int
    most_characters: int
    least_segments: int
    most_segments: int
    price: tuple[Amount, Amount] | None = None

    @property
    def may_be_refused(self) -> bool:
        """Filled with the longest values it is longer than what is sent."""
        return self.most_characters > LONGEST_TEXT

    def facts(self) -> dict[str, object]:
        """For machines. Prices in 1/10,000 yuan."""
        return {
            "longest": self.longest,
            "characters": {"least": self.least_characters, "most": self.most_characters},
            "segments": {"least": self.least_segments, "most": self.most_segments},
            "price": None if self.price is None else {"least": self.price[0], "most": self.price[1]},
        }


def extent_of(
    case: TemplateCase, door: str = "aliyun", price: Callable[[TemplateKind], Amount] | None = None
) -> Extent:
    """Of a text with variables. `price`: of one segment of a kind."""
    signature = case.signature if case.signature is not None else _WIDE * LONGEST_NAME
    latin = case.abroad and case.content.isascii() and (case.signature is None or signature.isascii())
    if latin and case.signature is None:
        signature = "x" * LONGEST_NAME
    opening, closing = ("[", "]") if latin else ("【", "】")
    name = f"{opening}{signature}{closing}" if signature else ""
    shortest, longest = name + _filled(case, door, most=False), name + _filled(case, door, most=True)
    least = billing_segments(shortest, domestic=not case.abroad)
    most = billing_segments(longest, domestic=not case.abroad)
    each = price(case.kind) if price is not None else None
    return Extent(
        longest,
        len(shortest),
        len(longest),
        least,
        most,
        None if each is None else (each * least, each * most),
    )


def _filled(case: TemplateCase, door: str, *, most: bool) -> str:
    pieces, end = [], 0
    for each in case.reading.variables(door):
        pieces += [case.content[end : each.span[0]], _value(case, each.name) if most else _NARROW]
        end = each.span[1]
    return "".join([*pieces, case.content[end:]])


def _value(case: TemplateCase, name: str) -> str:
    """The longest value of a variable; what people write may be Chinese, what a pattern allows is not."""
    told = (case.rules or {}).get(name, "")
    attribute = ATTRIBUTES.get(told or ("numberCaptcha" if case.kind is TemplateKind.CODE else ""))
    latin = (case.abroad and case.content.isascii()) or (
        attribute is not None and attribute.pattern is not None
    )
    return (_NARROW if latin else _WIDE) * (attribute.most if attribute is not None else LONGEST_VALUE)
