"""Working days in China: Monday to Friday without public holidays, and the Saturdays and Sundays that are worked for them.

The State Council decides each year's days in the November before. Of years that are not decided yet the statutory holidays
are known, the shifted working days are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays.countries.china import China


def is_working_day(day: date) -> bool:
    return _holidays().is_working_day(day)


class WorkingDays:
    """Counts them. `overrides`: days that are worked (True) or free (False) whatever the table says, such as those of a year
    that was announced after this version was made."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})

    def __contains__(self, day: date) -> bool:
        said = self._overrides.get(day)
        return is_working_day(day) if said is None else said

    def between(self, first: date, last: date) -> int:
        """Working days after `first`, up to and including `last`: 0 on the day itself."""
        days = (last - first).days
        return sum(1 for ahead in range(1, days + 1) if first + timedelta(ahead) in self)

    def after(self, first: date, count: int) -> date:
        """The day on which `count` working days have passed."""
        day = first
        while count > 0:
            day += timedelta(1)
            count -= day in self
        return day

    def final(self, first: date, last: date) -> bool:
        """Whether the shifted days of all these years are known."""
        told = {day.year for day in self._overrides}
        return all(year in told or _is_announced(year) for year in range(first.year, last.year + 1))


def read_overrides(text: str) -> dict[date, bool]:
    """`2027-02-06=work, 2027-02-05=free`. Raises ValueError."""
    found: dict[date, bool] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        day, _, what = entry.partition("=")
        if what.strip() not in _OVERRIDES:
            raise ValueError(entry)
        found[date.fromisoformat(day.strip())] = _OVERRIDES[what.strip()]
    return found


_OVERRIDES = {"work": True, "free": False}


@cache
def _is_announced(year: int) -> bool:
    """Every decision since 2001 has shifted some days (holidays.countries.china)."""
    from holidays.countries.china import China

    table = China(years=year)  # type: ignore[no-untyped-call]
    return any(day.year == year for day in table.weekend_workdays)


@cache
def _holidays() -> China:
    from holidays.countries.china import China  # a tenth of a second, when the first application comes

    return China()  # type: ignore[no-untyped-call]
