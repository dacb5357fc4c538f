"""What ends when, as a calendar that programs subscribe to. Source: RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from hongyan.compliance.health.desk import Checkup
from hongyan.kernel.clock import Millis, beijing

if TYPE_CHECKING:
    from icalendar import Event

REMIND_DAYS: Final = (30, 7, 1)
"""Before the last good day. Ours: a letter takes weeks to be signed anew."""


def calendar(checkups: Iterable[Checkup], language: str, now_ms: Millis) -> bytes:
    """One whole-day event for each thing that ends, with reminders; its identity stays when its day moves."""
    from icalendar import Calendar  # a tenth of a second, when somebody asks for a calendar

    feed = Calendar()
    feed.add("prodid", "-//Hongyan//Signatures//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "鸿雁：签名到期提醒" if language.startswith("zh") else "Hongyan: what ends")
    feed.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for checkup in checkups:
        for each in checkup.ends:
            title = f"{checkup.view.name}: {each.row.words.words(language)}"
            identity = f"{checkup.view.standing.id}-{each.row.id}@hongyan"
            feed.add_component(
                _event(identity, title, each.row.what_to_do.words(language), each.day, beijing(now_ms))
            )
    content: bytes = feed.to_ical()
    return content


def _event(identity: str, title: str, what_to_do: str, day: date, now: datetime) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", identity)
    event.add("dtstamp", now)
    event.add("summary", title)
    event.add("description", what_to_do)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(1))
    event.add("transp", "TRANSPARENT")
    for days in REMIND_DAYS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", timedelta(days=-days))
        event.add_component(alarm)
    return event
