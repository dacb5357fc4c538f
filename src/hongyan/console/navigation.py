"""The menu as a table. Which entry is lit is data: each entry names the routes it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `lights`: names of the routes whose pages light it; `words`: catalogue key."""

    path: str
    words: str
    icon: str
    lights: frozenset[str]
    sandbox_only: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; the first section has none."""

    words: str | None
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(None, (Entry("/", "nav.home", "home", frozenset({"home"})),)),
    Section(
        "nav.section.messages",
        (
            Entry(
                "/messages",
                "nav.messages",
                "message",
                frozenset(
                    {
                        "messages.list",
                        "messages.search",
                        "messages.detail",
                        "messages.number",
                        "messages.text",
                    }
                ),
            ),
            Entry("/replies", "nav.replies", "reply", frozenset({"replies.list"})),
            Entry("/codes", "nav.codes", "book", frozenset({"codes"})),
        ),
    ),
    Section(
        "nav.section.sandbox",
        (
            Entry(
                "/inbox",
                "nav.inbox",
                "phone",
                frozenset({"inbox.phones", "inbox.phone", "inbox.reply"}),
                sandbox_only=True,
            ),
        ),
    ),
)

WITHOUT_ENTRY = frozenset({"login.form", "login.enter"})
"""Routes of pages that light nothing, because the menu is not there yet."""


def entries() -> Iterator[Entry]:
    """All entries, from top to bottom."""
    for section in SECTIONS:
        yield from section.entries


def lit_entry(route: str | None) -> Entry | None:
    """The entry that a page of `route` lights."""
    return next((entry for entry in entries() if route in entry.lights), None)


def menu(sandbox: bool) -> tuple[Section, ...]:
    """The sections a visitor sees."""
    if sandbox:
        return SECTIONS
    shown = (
        Section(section.words, tuple(entry for entry in section.entries if not entry.sandbox_only))
        for section in SECTIONS
    )
    return tuple(section for section in shown if section.entries)
