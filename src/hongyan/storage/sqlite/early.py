"""Receipts that came before the answer to their submit: kept for 72 hours, and no more of them than a disk should hold.

Most of the time there is none, and then an answer costs no look into their table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import apsw

from hongyan.storage.bounds import EARLY_RECEIPT_DAYS, EARLY_RECEIPTS_GO, MOST_EARLY_RECEIPTS
from hongyan.storage.early import giving_way
from hongyan.storage.port import PartResult, Receipt

_KEEP = (
    "INSERT INTO early_receipt (channel_id, carrier_id, day, delivered, code, at_ms, received_ms)"
    " VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"
)
_TAKE = (
    "DELETE FROM early_receipt WHERE channel_id = ? AND carrier_id = ? AND day >= ?"
    " RETURNING delivered, code, at_ms, received_ms"
)
_FORGET = (
    "DELETE FROM early_receipt WHERE channel_id = ?1 AND carrier_id IN"
    " (SELECT carrier_id FROM early_receipt WHERE channel_id = ?1 ORDER BY received_ms LIMIT ?2)"
)


class EarlyReceipts:
    """Part of the engine: works inside its transactions. `count`: how many are kept, `kept`: by channel. `dropped`: how many
    gave way to newer ones since the engine began, by channel."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._execute: Callable[..., Any] = connection.cursor().execute
        self.dropped: Counter[int] = Counter()
        self.load()

    def load(self) -> None:
        """Count them; again after a rollback and after housekeeping."""
        rows = self._execute("SELECT channel_id, count(*) FROM early_receipt GROUP BY channel_id").fetchall()
        self.kept: dict[int, int] = dict(rows)
        self.count = sum(self.kept.values())

    def keep(self, receipt: Receipt) -> bool:
        """False when one for this part is kept already."""
        self._execute(
            _KEEP,
            (
                receipt.channel_id,
                receipt.carrier_id,
                receipt.day,
                int(receipt.delivered),
                receipt.code,
                receipt.at_ms,
                receipt.received_ms,
            ),
        )
        if not self._connection.changes():
            return False
        self._add(receipt.channel_id, 1)
        if self.count > MOST_EARLY_RECEIPTS:
            for channel_id, going in giving_way(self.kept, MOST_EARLY_RECEIPTS - EARLY_RECEIPTS_GO).items():
                self._execute(_FORGET, (channel_id, going))
                self._add(channel_id, -going)
                self.dropped[channel_id] += going
        return True

    def _add(self, channel_id: int, more: int) -> None:
        self.kept[channel_id] = self.kept.get(channel_id, 0) + more
        self.count += more

    def take(self, result: PartResult) -> Receipt | None:
        """The receipt that had come before this answer."""
        row = self._execute(
            _TAKE, (result.channel_id, result.carrier_id, result.day - EARLY_RECEIPT_DAYS)
        ).fetchall()
        if not row:
            return None
        self._add(result.channel_id, -1)
        delivered, code, at_ms, received_ms = row[0]
        return Receipt(
            result.channel_id, result.carrier_id, bool(delivered), code, at_ms, received_ms, result.day
        )
