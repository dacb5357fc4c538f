"""Tails of the beta distribution, in logarithms: what judging a rate from few or many samples needs. Pure.

The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8; DLMF 8.17.22), by the method of Lentz.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import Final

_TINY: Final = 1e-300
_CLOSE: Final = 1e-12
_STEPS: Final = 10_000
"""Far more than it takes: about the root of the larger parameter."""
_NOTHING: Final = -745.0
"""The logarithm of the smallest number above zero that a float has."""


def log_beta(a: float, b: float) -> float:
    """The logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def log_tails(x: float, a: float, b: float) -> tuple[float, float]:
    """Logarithms of the chances that a Beta(a, b) quantity is below `x`, and above it. 0 < x < 1; a, b > 0."""
    if x * (a + b + 2) <= a + 1:
        below = _log_lower(x, a, b)
        return below, _log_rest(below)
    above = _log_lower(1 - x, b, a)
    return _log_rest(above), above


def _log_lower(x: float, a: float, b: float) -> float:
    return a * log(x) + b * log1p(-x) - log_beta(a, b) - log(a) + log(_fraction(x, a, b))


def _log_rest(logarithm: float) -> float:
    """Of a chance's logarithm that of the chance of the contrary."""
    return log1p(-exp(logarithm)) if logarithm < -_CLOSE else _NOTHING


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _away_from_zero(1 - (a + b) * x / (a + 1))
    d = 1 / d
    value = d
    for step in range(1, _STEPS):
        twice = 2 * step
        even = step * (b - step) * x / ((a + twice - 1) * (a + twice))
        odd = -(a + step) * (a + b + step) * x / ((a + twice) * (a + twice + 1))
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
