"""Finding messages by number and state.

A number has an index. A state has none (the hot tables carry few on purpose), so this looks through a bounded
number of messages from the newest on and says how far it came; the next page goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.console.ports import MessagingPort
from hongyan.messaging.model import MessageView

LOOK_AT_MOST: Final = 2_000
"""Messages one search reads."""
_STEP: Final = 250


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; "" for anything. `number`: one that `kernel.numbers.parse_number` understands."""

    number: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`older`: the id to go on before, None at the end. `looked_at`: how many messages were read for it.

    0 when nothing had to be left out.
    """

    messages: Sequence[MessageView]
    older: int | None
    looked_at: int = 0


async def find_messages(
    messaging: MessagingPort, account_id: int | None, wish: Wish, before_id: int | None, limit: int
) -> Found:
    """A page of the messages that fit, newest first."""
    number = wish.number or None
    if not wish.state:
        page = await messaging.recent_messages(account_id, before_id, limit + 1, number=number)
        return Found(page[:limit], page[limit - 1].id if len(page) > limit else None)
    found: list[MessageView] = []
    looked_at, before = 0, before_id
    while looked_at < LOOK_AT_MOST:
        batch = await messaging.recent_messages(account_id, before, _STEP, number=number)
        for message in batch:
            looked_at += 1
            before = message.id
            if message.state == wish.state:
                found.append(message)
                if len(found) == limit:
                    return Found(found, before, looked_at)
        if len(batch) < _STEP:
            return Found(found, None, looked_at)
    return Found(found, before, looked_at)
