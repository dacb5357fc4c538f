"""Distinct mobile numbers, enumerated: no two requests of a run go to the same phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers that start with one of `prefixes` and continue with so many free digits."""

    prefixes: tuple[str, ...]
    digits: int

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.prefixes) * int(10**self.digits)

    def numbers(self) -> Callable[[int], str]:
        """index -> number, for 0 <= index < size: neighbours differ in their prefix. Raises ValueError beyond."""
        prefixes, many, digits, size = self.prefixes, len(self.prefixes), self.digits, self.size

        def number(index: int) -> str:
            if not 0 <= index < size:
                raise ValueError(f"there is no number for index {index}: the range has {size:,}")
            return f"{prefixes[index % many]}{index // many:0{digits}d}"

        return number


RANGES = {
    # Prefixes in long use by the three mainland carriers (China Mobile, China Unicom, China Telecom): none is
    # a data-only, satellite or virtual-operator prefix. No claim to be complete.
    "mainland": NumberRange(
        (
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
            ),
            *("188", "130", "131", "132", "155", "156", "185", "186", "133", "153", "180", "181", "189"),
        ),
        8,
    ),
    # For international templates: Hong Kong mobiles with country code, the blocks that are in use as a whole.
    "hongkong": NumberRange(
        ("85261", "85263", "85264", "85265", "85269", "85294", "85296", "85297"),
        6,
    ),
}
