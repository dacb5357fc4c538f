"""Looking at the virtual handsets without blocking anybody: one short visit to the file, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.console.ports import Handset, HandsetInbox, HandsetText, InboxFactory

PHONES: Final = 50
"""Phones in the list, the one that rang last first."""
TEXTS: Final = 60
"""Texts of one conversation, the newest ones."""


@dataclass(frozen=True, slots=True)
class InboxLook:
    """What there was to see. `newest`: id of the newest text on any phone, 0 when there is none.

    `number`: the phone that is open; its `texts` are in the order of reading.
    """

    newest: int
    phones: Sequence[Handset]
    number: str | None
    texts: Sequence[HandsetText]

    @property
    def reply_to(self) -> tuple[str, ...]:
        """Access numbers the owner can answer, the last one first."""
        return tuple(dict.fromkeys(text.peer for text in reversed(self.texts)))


async def look(factory: InboxFactory, number: str | None) -> InboxLook:
    """All phones, and the conversation on `number`. Raises Misconfigured while there are no handsets."""
    return await asyncio.to_thread(_look, factory, number)


async def look_again(factory: InboxFactory, number: str | None, seen: int) -> InboxLook | None:
    """The same, or None while the newest text is still the one that was `seen`: that costs one indexed row.

    Compared for being the same, not for being greater: a sandbox that was reset starts counting anew.
    """
    return await asyncio.to_thread(_look_again, factory, number, seen)


def _look(factory: InboxFactory, number: str | None) -> InboxLook:
    with factory() as inbox:
        return _see(inbox, number)


def _look_again(factory: InboxFactory, number: str | None, seen: int) -> InboxLook | None:
    with factory() as inbox:
        newest = inbox.messages(limit=1)
        if (newest[0].id if newest else 0) == seen:
            return None
        return _see(inbox, number)


def _see(inbox: HandsetInbox, number: str | None) -> InboxLook:
    # `newest` first: what arrives in between is then newer than it says, and the next look finds it.
    newest = inbox.messages(limit=1)
    texts = inbox.messages(number, limit=TEXTS) if number is not None else ()
    phones = inbox.numbers(PHONES)
    return InboxLook(newest[0].id if newest else 0, phones, number, tuple(reversed(texts)))
