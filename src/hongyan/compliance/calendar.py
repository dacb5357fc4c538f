"""Working days in China: Monday to Friday without public holidays, and the Saturdays and Sundays that are worked for them.

The State Council decides each year's days in the November before. Of years that are not decided yet the statutory holidays
are known, the shifted working days are not.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays.countries.china import China


def is_working_day(day: date) -> bool:
    return _holidays().is_working_day(day)


@cache
def _holidays() -> China:
    from holidays.countries.china import China  # a tenth of a second, when the first application comes

    return China()  # type: ignore[no-untyped-call]
