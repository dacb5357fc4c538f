"""Which channels came into question for a message, and why it went by the one it did: from what is stored of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.messaging.model import MessageView
from hongyan.messaging.route import REASONS, Reason

_REFUSED = REASONS["refused"]


@dataclass(frozen=True, slots=True)
class Considered:
    """One channel. `reasons`: why it was passed over, in time; the chosen one has some when it was only the next best."""

    channel_id: int
    chosen: bool
    reasons: tuple[Reason, ...]

    @property
    def refused(self) -> bool:
        """Its carrier was asked, and did not take the message."""
        return not self.chosen and _REFUSED in self.reasons


def considered(message: MessageView) -> tuple[Considered, ...]:
    """The chosen channel, those whose carriers refused the message, then the others. Channels that routing had no need
    to look at are not there."""
    reasons: dict[int, tuple[Reason, ...]] = {message.channel_id: ()}
    for channel_id, reason in message.passed_over:
        reasons[channel_id] = (*reasons.get(channel_id, ()), reason)
    found = [
        Considered(channel_id, channel_id == message.channel_id, why) for channel_id, why in reasons.items()
    ]
    return tuple(sorted(found, key=lambda each: (not each.chosen, not each.refused)))
