"""How long the store remembers what is not a message; the same for both engines."""

from __future__ import annotations

from hongyan.kernel.clock import DAY_MS

NONCE_KEPT_MINUTES = 32
"""A nonce's bucket may be dropped when no timestamp inside the 15-minute window can fall into it any more."""
EARLY_RECEIPT_DAYS = 3
"""A receipt waits so long for the answer to its submit (architecture: kept 72 h)."""
EARLY_RECEIPT_KEPT_MS = EARLY_RECEIPT_DAYS * DAY_MS
MOST_EARLY_RECEIPTS = 100_000
"""Beyond this the oldest go, of the channel that keeps most (storage.early): a carrier that reports what nobody sent must
neither fill the disk nor cost others theirs."""
EARLY_RECEIPTS_GO = MOST_EARLY_RECEIPTS // 16
"""So many go at once, because finding the oldest means looking at all."""
RECEIPT_MATCH_DAYS = 7
"""A receipt finds answers of so many days back: some come days after the 72 hours in which carriers promise them, and
the carriers' ids repeat after a year (carrier-protocols.md 2.8, 3.1, 4.5, 8)."""
FREQUENCY_KEPT_MS = 2 * DAY_MS
"""The longest frequency window is a day."""
ANSWERED_WITHIN_DAYS = 3
"""A message is answered at most this many days after the one in its id (validity is 48 hours, accept.py)."""
PURGE_CHUNK = 2_000
"""Rows that one round of housekeeping deletes from a table."""
