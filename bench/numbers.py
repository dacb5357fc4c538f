"""Distinct mainland mobile numbers, enumerated."""

from __future__ import annotations

# Prefixes in long use by the three carriers (China Mobile, China Unicom, China Telecom); none is a data-only,
# satellite or virtual-operator prefix. Enough for a load: no claim to be complete.
PREFIXES = (
    *(
        "135",
        "136",
        "137",
        "138",
        "139",
        "150",
        "151",
        "152",
        "157",
        "158",
        "159",
        "182",
        "183",
        "187",
        "188",
    ),
    *("130", "131", "132", "155", "156", "185", "186"),
    *("133", "153", "180", "181", "189"),
)
_PER_PREFIX = 10**8


def number_of(index: int) -> str:
    """The mainland number of a non-negative index: neighbours differ in prefix, no two are equal.

    Raises: ValueError past the last one (2.7 thousand million).
    """
    tail, prefix = divmod(index, len(PREFIXES))
    if tail >= _PER_PREFIX:
        raise ValueError(f"there is no mobile number for index {index}")
    return f"{PREFIXES[prefix]}{tail:08d}"
