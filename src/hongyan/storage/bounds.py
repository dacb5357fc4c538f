"""How long the store remembers what is not a message; the same for both engines."""

from __future__ import annotations

from hongyan.kernel.clock import DAY_MS

NONCE_KEPT_MINUTES = 32
"""A nonce's bucket may be dropped when no timestamp inside the 15-minute window can fall into it any more."""
RECEIPT_MATCH_DAYS = 3
"""Early receipts and carrier ids are matched across this many days (architecture: kept 72 h)."""
EARLY_RECEIPT_KEPT_MS = RECEIPT_MATCH_DAYS * DAY_MS
FREQUENCY_KEPT_MS = 2 * DAY_MS
"""The longest frequency window is a day."""
ANSWERED_WITHIN_DAYS = 3
"""A message is answered at most this many days after the one in its id (validity is 48 hours, accept.py)."""
PURGE_CHUNK = 2_000
"""Rows that one round of housekeeping deletes from a table."""
