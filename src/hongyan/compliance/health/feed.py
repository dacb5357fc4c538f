"""What ends when, as a calendar that programs subscribe to. Source: RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hongyan.compliance.health.days import DaysUntil
from hongyan.compliance.health.desk import Checkup
from hongyan.kernel.clock import Millis, beijing

if TYPE_CHECKING:
    from icalendar import Event


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
            title = f"{checkup.signature.name}: {each.row.words.words(language)}"
            identity = f"{checkup.signature.id}-{each.row.id}@hongyan"
            feed.add_component(_event(identity, title, each, language, beijing(now_ms)))
    content: bytes = feed.to_ical()
    return content


def _event(identity: str, title: str, ending: DaysUntil, language: str, now: datetime) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", identity)
    event.add("dtstamp", now)
    event.add("summary", title)
    event.add("description", ending.row.what_to_do.words(language))
    event.add("dtstart", ending.day)
    event.add("dtend", ending.day + timedelta(1))
    event.add("transp", "TRANSPARENT")
    for reminder in ending.reminders:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", reminder - ending.day)
        event.add_component(alarm)
    return event
