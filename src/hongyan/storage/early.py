"""Which early receipts go when there are too many; the same for both engines."""

from __future__ import annotations

from collections.abc import Mapping


def giving_way(kept: Mapping[int, int], most: int) -> dict[int, int]:
    """How many of each channel go so that at most `most` are left: of those that keep most, down to an even share.

    A carrier that reports what nobody has sent, a hundred thousand times, loses its own; what another one keeps below its
    share, it keeps. A fixed share for each would leave room unused while one carrier's answers are slow.
    """
    room, left = most, len(kept)
    for count in sorted(kept.values()):
        if count > room // left:
            share = room // left
            return {channel_id: count - share for channel_id, count in kept.items() if count > share}
        room -= count
        left -= 1
    return {}
