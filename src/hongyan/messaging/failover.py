"""Where a message goes that a carrier refused for a reason of its own, or that waits where nothing can be sent: to the
next channel that routing allows.

Decides from what is stored of the message; whether it may still move is the store's to say, in the transaction that
moves it (no part taken by any carrier, none in doubt). Price and segments stay as they were accepted: the text is only
cut anew, because the other channel may have another alphabet (docs/adr/0019, 0026).
"""

from __future__ import annotations

from typing import NamedTuple

from hongyan.compliance import CodeIndex
from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import HOME, parse_number
from hongyan.kernel.text import Alphabet, split
from hongyan.messaging.route import REASONS, Channel, PortedTo, Reason, Router, Wanted, passed_over_in
from hongyan.storage.port import Move, Store, one

MOST_CHANNELS = 3
"""So many channels have one message, the first one included: a mistake of ours is refused by all of them."""
MOST_UNTIL_ITS_CARRIER = 4
"""The same for one whose number is with another carrier than the channel's: there are four on the mainland, and nobody
says which one it is."""
_LEFT = REASONS["refused"], REASONS["waited"], REASONS["stopped"]


class Way(NamedTuple):
    """The next channel, and how the message looks there."""

    move: Move
    alphabet: Alphabet
    payloads: list[bytes]


class _Stored(NamedTuple):
    """A row of `messaging.to_move`. `untouched`: it is open, and no carrier may have any of it."""

    number: str
    number_hash: int
    category: int
    account_id: int
    signature_id: int
    access_number: str
    content: str
    passed_over: str
    untouched: bool

    def left(self, *reasons: Reason) -> set[int]:
        """Channels that it left for one of these reasons."""
        return {each.channel_id for each in passed_over_in(self.passed_over) if each.reason in reasons}


class Failover:
    """Used rarely, so it asks the store for whatever it needs."""

    def __init__(self, store: Store, router: Router, ported_to: PortedTo, codes: CodeIndex) -> None:
        self._store = store
        self._router = router
        self._ported_to = ported_to
        self._codes = codes

    async def find(
        self, message_id: int, channel_id: int, reference: int, *, wrong_carrier: bool
    ) -> Way | None:
        """The way of a message that `channel_id` has refused; None when there is none. `reference`: of its
        concatenation so far; it goes on with another one. `wrong_carrier`: the number is with another carrier than
        those of this channel, and nobody knows which one."""
        stored = await self._look(message_id)
        channel = self._router.channel(channel_id)
        if stored is None or channel is None:
            return None
        refused = stored.left(REASONS["refused"]) | {channel_id}
        if not wrong_carrier:
            return self._way(stored, channel, reference)
        not_of = self._router.carriers_of(refused)
        return self._way(stored, channel, reference, not_of=not_of, most=MOST_UNTIL_ITS_CARRIER)

    async def find_for_waiting(
        self, message_id: int, channel: Channel, reference: int, *, up_only: bool
    ) -> Way | None:
        """The way of a message that waits at `channel`, which may be none of routing's any more. `up_only`: rather None
        than a channel that cannot send either."""
        stored = await self._look(message_id)
        if stored is None or not stored.untouched:
            return None
        return self._way(stored, channel, reference, up_only=up_only)

    async def _look(self, message_id: int) -> _Stored | None:
        row = one(await self._store.read("messaging.to_move", message_id))
        return _Stored(*row) if row is not None else None

    def _way(
        self,
        stored: _Stored,
        channel: Channel,
        reference: int,
        *,
        not_of: frozenset[str] = frozenset(),
        up_only: bool = False,
        most: int = MOST_CHANNELS,
    ) -> Way | None:
        number, number_hash, category, account_id, signature_id, access_number, content, *_ = stored
        left = stored.left(*_LEFT) | {channel.id}
        if len(left) >= most or not access_number.startswith(channel.access_number):
            return None  # or its extension code is not known any more
        own = self._codes.primary(signature_id)
        named = not channel.access_number.isdigit()
        digits = own if named else access_number.removeprefix(channel.access_number)
        try:
            parsed = parse_number("00" + number)
        except Refused:  # by what is known of numbers today
            return None
        carrier = (parsed.country == HOME and self._ported_to(number_hash)) or parsed.carrier
        route = self._router.other(
            Wanted(parsed.country, None if carrier in not_of else carrier, category, account_id),
            signature_id,
            digits,
            asked=digits != own,
            left=left,
            not_of=not_of,
            up_only=up_only,
        )
        if route is None:
            return None
        reference = (reference + 1) & 0xFF
        pieces = split(content, reference, route.channel.repertoire)
        return Way(
            Move(route.channel.id, route.sender, reference, len(pieces)),
            pieces[0].alphabet,
            [piece.user_data for piece in pieces],
        )
