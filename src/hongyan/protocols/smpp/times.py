"""SMPP times (3.4 section 7.1.1): "YYMMDDhhmmsstnnp" absolute or "YYMMDDhhmmss000R" relative; and receipt dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hongyan.kernel.clock import BEIJING, Millis

_BEIJING = "32+"  # quarter-hours ahead of UTC
_DAYS_IN_FIELD = 31
_RECEIPT_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?").fullmatch


def absolute(ms: Millis) -> str:
    """A moment (ms UTC) in Beijing time, rounded down to a tenth of a second."""
    moment = datetime.fromtimestamp(ms // 1000, BEIJING)
    return f"{moment:%y%m%d%H%M%S}{ms // 100 % 10}{_BEIJING}"


def relative(seconds: int) -> str:
    """A span from now, as days, hours, minutes and seconds; 1 second to 31 days, cut to these ends."""
    days, rest = divmod(max(1, min(seconds, _DAYS_IN_FIELD * 86_400)), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return f"0000{days:02d}{hours:02d}{minutes:02d}{rest:02d}000R"


def parse_receipt_date(text: str, zone: timezone = BEIJING) -> Millis | None:
    """A receipt's "YYMMDDhhmm" or "YYMMDDhhmmss" (ms UTC), None when it is not one. The document does not say in
    which zone it is written; carriers use their own."""
    found = _RECEIPT_DATE(text)
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups()[:5])
    try:
        return _ms(datetime(2000 + year, month, day, hour, minute, int(found[6] or 0), tzinfo=zone))
    except ValueError:
        return None


def _ms(moment: datetime) -> Millis:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
