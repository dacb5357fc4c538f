"""Money is an integer of 1/10,000 of the currency's main unit (0.045 yuan = 450).

Prices per segment carry fractions of a fen, so the fen is too coarse.
"""

from __future__ import annotations

UNITS = 10_000
"""Units in one yuan (or dollar, ...)."""

Amount = int


def format_amount(amount: Amount, currency: str = "CNY") -> str:
    """`450` -> `0.045 CNY`. At least two decimals, no more than needed."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), UNITS)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals} {currency}"
