"""The room's front door: sending, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hongyan.kernel.clock import BEIJING, day_of
from hongyan.kernel.ids import first_id_at, first_id_of_day, time_of_id
from hongyan.kernel.numbers import parse_number
from hongyan.messaging.accept import Accepting, NumberHash
from hongyan.messaging.code_counts import CodeCounts
from hongyan.messaging.model import MessageView, PartView, ReplyView, SendAccepted, SendRequest
from hongyan.messaging.route import passed_over_in
from hongyan.messaging.states import MessageState
from hongyan.storage.port import Store, one

_EVERY = 0
_LAST_ID = (1 << 63) - 1
_STATE, _PASSED_OVER = 10, -1
"""Columns of a `MessageView` that are stored in another form."""
_REQUEST_MS = 10_000
"""The messages of a request get their ids one after the other, thousand in a fraction of a second."""


class Messaging:
    """What doors and console call."""

    def __init__(
        self, store: Store, accepting: Accepting, number_hash: NumberHash, code_counts: CodeCounts
    ) -> None:
        self._store = store
        self._accepting = accepting
        self._hash = number_hash
        self.delivered_by_code = code_counts.delivered

    async def accept(self, request: SendRequest) -> SendAccepted:
        """Store a send request; durable when it returns. Raises Refused, Throttled."""
        return await self._accepting.accept(request)

    async def sent_details(
        self, account_id: int, number: str, day_yyyymmdd: str, biz_id: int | None, *, page: int, size: int
    ) -> tuple[int, list[MessageView]]:
        """Messages of one account to one number on one Beijing day: (how many, this page, newest first)."""
        start = datetime.strptime(day_yyyymmdd, "%Y%m%d").replace(tzinfo=BEIJING)
        day = day_of(int(start.timestamp() * 1000))
        key = (
            self._hash(parse_number(number).e164, "number"),
            first_id_of_day(day),
            first_id_of_day(day + 1),
            account_id,
            biz_id or _EVERY,
        )
        rows = await self._store.read("messaging.sent_page", *key, size, (page - 1) * size)
        total = len(rows)
        if page > 1 or total == size:
            total = (await self._store.read("messaging.sent_count", *key))[0][0]
        return total, [_view(row) for row in rows]

    async def recent_messages(
        self, account_id: int | None, before_id: int | None, limit: int, *, number: str | None = None
    ) -> list[MessageView]:
        """Newest first, before an id; of one account or of all, to one number or to all."""
        place = (account_id or _EVERY, before_id or _LAST_ID, limit)
        if number is None:
            rows = await self._store.read("messaging.recent", *place)
        else:
            number_hash = self._hash(parse_number(number).e164, "number")
            rows = await self._store.read("messaging.recent_to", *place, number_hash)
        return [_view(row) for row in rows]

    async def message(self, message_id: int) -> MessageView | None:
        """One message, or None."""
        row = one(await self._store.read("messaging.message", message_id))
        return None if row is None else _view(row)

    async def request(self, biz_id: int) -> list[MessageView]:
        """Every message of one send request; none when there is no such request."""
        after = min(first_id_at(time_of_id(biz_id) + _REQUEST_MS), _LAST_ID)
        return [_view(row) for row in await self._store.read("messaging.request", biz_id, after)]

    async def parts(self, message_id: int) -> list[PartView]:
        """Every stored answer of a carrier for a message, in order of attempts."""
        return [PartView(*row) for row in await self._store.read("messaging.parts", message_id)]

    async def recent_replies(
        self, account_id: int | None, before_id: int | None, limit: int
    ) -> list[ReplyView]:
        """Texts from handsets, newest first."""
        rows = await self._store.read(
            "messaging.recent_replies", account_id or _EVERY, before_id or _LAST_ID, limit
        )
        return [ReplyView(*row) for row in rows]

    async def usage(self, account_id: int | None, since_day: int) -> dict[str, int]:
        """Counters since a Beijing day: accepted, segments, delivered, failed, held, charged, uncertain."""
        names = ("accepted", "segments", "delivered", "failed", "held", "charged", "uncertain")
        rows = await self._store.read("messaging.usage", account_id or _EVERY, since_day)
        return dict(zip(names, (int(value or 0) for value in rows[0]), strict=True))


def _view(row: tuple[Any, ...]) -> MessageView:
    *fields, submitted = row
    if submitted and fields[_STATE] == MessageState.ACCEPTED.value:
        fields[_STATE] = MessageState.SUBMITTED.value
    fields[_PASSED_OVER] = passed_over_in(fields[_PASSED_OVER])
    return MessageView(*fields)
