"""What carriers bring: reports and texts, into the store and only then acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from hongyan.carriers.counts import DeliveryCounts
from hongyan.carriers.dialects.port import Dialect, Report, Text
from hongyan.messaging.receipts import Receipts
from hongyan.messaging.replies import Replies

Acknowledge = Callable[[int], None]
"""Answer the carrier's request with a status; 0 once what it brought is durable."""


class Incoming:
    """The deliveries of one channel, whichever connection they come by."""

    def __init__(self, channel_id: int, dialect: Dialect, receipts: Receipts, replies: Replies) -> None:
        self._channel_id = channel_id
        self._dialect = dialect
        self._receipts = receipts
        self._replies = replies
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts = DeliveryCounts()

    def take(self, pdu: Any, acknowledge: Acknowledge) -> None:
        """One delivery. It is acknowledged when it is stored, or asked for again when it cannot be."""
        brought = self._dialect.read(pdu)
        if isinstance(brought, Report):
            self._report(brought, acknowledge)
        else:
            self._text(brought, acknowledge)

    def _report(self, report: Report, acknowledge: Acknowledge) -> None:
        if not report.final or not report.carrier_id:
            self.counts.interim += 1
            acknowledge(0)
            return
        self.counts.reports += 1
        self._receipts.came(
            self._channel_id,
            report.carrier_id,
            delivered=report.delivered,
            code=report.code,
            at_ms=None,
            stored=lambda stored: self._settle(stored, acknowledge),
        )

    def _text(self, text: Text, acknowledge: Acknowledge) -> None:
        self.counts.texts += 1
        task = asyncio.ensure_future(
            self._replies.came(
                self._channel_id,
                text.number,
                text.access_number,
                text.payload,
                text.decode,
                text.concat,
                text.named,
                lambda stored: self._settle(stored, acknowledge),
            )
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _settle(self, stored: bool, acknowledge: Acknowledge) -> None:
        if stored:
            acknowledge(0)
        else:
            self.counts.put_off += 1
            acknowledge(self._dialect.again)
