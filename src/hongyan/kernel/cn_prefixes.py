"""Mainland mobile number prefixes, as allocated by the ministry (MIIT).

A prefix says who got the block, not who serves the number today: numbers are portable between carriers since
2019-11-27, so this is a hint for routing and never a reason to refuse. Rows with four digits win over rows with three.
`since`: the year the block was announced or opened, as far as it is publicly known.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Carrier = Literal["mobile", "unicom", "telecom", "broadnet"]

_MIIT = "MIIT number allocations, as published by the carrier"
_LAUNCH_2G = "MIIT/MPT allocations for GSM and CDMA networks"
_TRIAL = "MIIT approval of mobile resale trial, 2013-12 and later"
_RESALE = "MIIT licences for mobile resale, 2018 and later"
_SATELLITE = "MIIT allocation for satellite mobile service"
_5G = "MIIT allocation of 19x blocks"


class Allocation(NamedTuple):
    """One block. `resale`: sold by virtual operators on the carrier's network."""

    prefix: str
    carrier: Carrier
    resale: bool
    since: int
    source: str


def _rows(
    prefixes: str, carrier: Carrier, since: int, source: str, *, resale: bool = False
) -> list[Allocation]:
    return [Allocation(prefix, carrier, resale, since, source) for prefix in prefixes.split()]


CHECKED = "2025-11"
"""When the table was last compared with libphonenumber's carrier data (a test repeats it)."""

ALLOCATIONS: tuple[Allocation, ...] = (
    *_rows("134 135 136 137 138 139", "mobile", 1994, _LAUNCH_2G),
    *_rows("150 151 152 157 158 159", "mobile", 2006, _MIIT),
    *_rows("147 182 183 184 187 188", "mobile", 2008, _MIIT),
    *_rows("172 178 198", "mobile", 2013, _MIIT),
    *_rows("195 197", "mobile", 2018, _5G),
    *_rows("1703 1705 1706", "mobile", 2013, _TRIAL, resale=True),
    *_rows("165", "mobile", 2018, _RESALE, resale=True),
    *_rows("130 131 132", "unicom", 1994, _LAUNCH_2G),
    *_rows("145 155 156 185 186", "unicom", 2006, _MIIT),
    *_rows("166 175 176", "unicom", 2013, _MIIT),
    *_rows("196", "unicom", 2019, _5G),
    *_rows("1704 1707 1708 1709", "unicom", 2013, _TRIAL, resale=True),
    *_rows("167 171", "unicom", 2015, _RESALE, resale=True),
    *_rows("133", "telecom", 1999, _LAUNCH_2G),
    *_rows("153 180 181 189", "telecom", 2006, _MIIT),
    *_rows("149 173 177 199", "telecom", 2013, _MIIT),
    *_rows("190 191 193", "telecom", 2018, _5G),
    *_rows("1700 1701 1702", "telecom", 2013, _TRIAL, resale=True),
    *_rows("162", "telecom", 2018, _RESALE, resale=True),
    *_rows("1349 1740", "telecom", 2009, _SATELLITE),
    *_rows("192", "broadnet", 2019, _5G),
)


def _by_four_digits() -> dict[str, Allocation]:
    """Every row under its four-digit keys, longer prefixes last so that they win."""
    table: dict[str, Allocation] = {}
    for row in sorted(ALLOCATIONS, key=lambda row: len(row.prefix)):
        tails = [""] if len(row.prefix) == 4 else [str(digit) for digit in range(10)]
        table.update((row.prefix + tail, row) for tail in tails)
    return table


BY_FOUR_DIGITS = _by_four_digits()
