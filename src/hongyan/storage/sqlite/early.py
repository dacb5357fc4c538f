"""Receipts that came before the answer to their submit: kept for 72 hours, and no more of them than a disk should hold.

Most of the time there is none, and then an answer costs no look into their table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import apsw

from hongyan.storage.bounds import EARLY_RECEIPT_DAYS, EARLY_RECEIPTS_GO, MOST_EARLY_RECEIPTS
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
    "DELETE FROM early_receipt WHERE (channel_id, carrier_id) IN"
    " (SELECT channel_id, carrier_id FROM early_receipt ORDER BY received_ms LIMIT ?)"
)


class EarlyReceipts:
    """Part of the engine: works inside its transactions. `count`: how many are kept. `dropped`: how many gave way to
    newer ones since the engine began."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._execute: Callable[..., Any] = connection.cursor().execute
        self.dropped = 0
        self.load()

    def load(self) -> None:
        """Count them; again after a rollback and after housekeeping."""
        self.count = int(self._execute("SELECT count(*) FROM early_receipt").fetchall()[0][0])

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
        self.count += 1
        if self.count > MOST_EARLY_RECEIPTS:
            self._execute(_FORGET, (EARLY_RECEIPTS_GO,))
            self.count -= EARLY_RECEIPTS_GO
            self.dropped += EARLY_RECEIPTS_GO
        return True

    def take(self, result: PartResult) -> Receipt | None:
        """The receipt that had come before this answer."""
        row = self._execute(
            _TAKE, (result.channel_id, result.carrier_id, result.day - EARLY_RECEIPT_DAYS)
        ).fetchall()
        if not row:
            return None
        self.count -= 1
        delivered, code, at_ms, received_ms = row[0]
        return Receipt(
            result.channel_id, result.carrier_id, bool(delivered), code, at_ms, received_ms, result.day
        )
