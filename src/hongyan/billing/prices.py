"""The price book: what one segment costs, as dated data.

Figures are the public list prices' order of magnitude and meant to be replaced by the operator's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.kernel.money import Amount


@dataclass(frozen=True, slots=True)
class Price:
    """`country`: ISO code or `*`; `category`: message category or None for all; per segment, 1/10,000 yuan."""

    country: str
    category: int | None
    per_segment: Amount
    since: str
    source: str


PRICES: tuple[Price, ...] = (
    Price("CN", 0, 450, "2026-01-01", "seed 004, cost section: domestic list price, 0.045 yuan"),
    Price("CN", 1, 450, "2026-01-01", "seed 004, cost section: domestic list price, 0.045 yuan"),
    Price("CN", 2, 550, "2026-01-01", "seed 004, cost section: marketing costs more than notices"),
    Price("*", None, 5000, "2026-01-01", "placeholder for abroad until the operator sets prices per country"),
)


class PriceBook:
    """Looks prices up in O(1)."""

    def __init__(self, prices: tuple[Price, ...] = PRICES) -> None:
        self._by_key: dict[tuple[str, int | None], Amount] = {}
        for price in sorted(prices, key=lambda row: row.since):  # the latest row of a key wins
            self._by_key[price.country, price.category] = price.per_segment

    def per_segment(self, country: str, category: int) -> Amount:
        """Price of one segment; the most specific row wins."""
        book = self._by_key
        for key in ((country, category), (country, None), ("*", category)):
            if key in book:
                return book[key]
        return book["*", None]
