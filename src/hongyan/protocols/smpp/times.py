"""SMPP times (3.4 section 7.1.1): "YYMMDDhhmmsstnnp" absolute or "YYMMDDhhmmss000R" relative; and receipt dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.kernel.errors import Refused

_BEIJING_SUFFIX = "032+"  # quarter-hours ahead of UTC, after the tenths of a second
_SHAPE = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d)(\d\d)([+R-])").fullmatch
_DAYS_IN_FIELD = 31
_RECEIPT_DATE = re.compile(r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?").fullmatch
_LATEST_QUARTER = 48


def absolute(ms: Millis) -> str:
    """A moment (ms UTC) in Beijing time, rounded down to a tenth of a second."""
    moment = datetime.fromtimestamp(ms // 1000, BEIJING)
    return f"{moment:%y%m%d%H%M%S}{ms // 100 % 10}{_BEIJING_SUFFIX[1:]}"


def relative(seconds: int) -> str:
    """A span from now, as days, hours, minutes and seconds; 1 second to 31 days, cut to these ends."""
    days, rest = divmod(max(1, min(seconds, _DAYS_IN_FIELD * 86_400)), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return f"0000{days:02d}{hours:02d}{minutes:02d}{rest:02d}000R"


def parse_time(text: str, now_ms: Millis) -> Millis | None:
    """The moment a time field means (ms UTC), None for an empty one. A month counts 30 days, a year 365.

    Raises: Refused("smpp.time").
    """
    if not text:
        return None
    found = _SHAPE(text)
    if found is None:
        raise _refused(text)
    year, month, day, hour, minute, second, tenth, quarters = map(int, found.groups()[:8])
    if found[9] == "R":
        span = timedelta(
            days=year * 365 + month * 30 + day,
            hours=hour,
            minutes=minute,
            seconds=second,
            milliseconds=tenth * 100,
        )
        return now_ms + span // timedelta(milliseconds=1)
    if quarters > _LATEST_QUARTER:
        raise _refused(text)
    offset = timedelta(minutes=15 * quarters)
    zone = timezone(offset if found[9] == "+" else -offset)
    try:
        moment = datetime(2000 + year, month, day, hour, minute, second, tenth * 100_000, zone)
    except ValueError:
        raise _refused(text) from None
    return _ms(moment)


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


def receipt_date(ms: Millis) -> str:
    """ "YYMMDDhhmm" in Beijing time."""
    return f"{datetime.fromtimestamp(ms // 1000, BEIJING):%y%m%d%H%M}"


def _ms(moment: datetime) -> Millis:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _refused(text: str) -> Refused:
    return Refused(
        "smpp.time", en=f"'{text}' is not an SMPP time", zh=f"'{text}' 不是有效的 SMPP 时间", text=text
    )
