"""Housekeeping of the hot tables: counters folded, what is too old deleted in bounded chunks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hongyan.kernel.clock import day_of
from hongyan.kernel.ids import first_id_of_day
from hongyan.storage.bounds import EARLY_RECEIPT_KEPT_MS, FREQUENCY_KEPT_MS, PURGE_CHUNK
from hongyan.storage.port import Maintain

_FOLD = (
    "INSERT INTO usage_day (account_id, day, accepted, segments, delivered, failed, held, charged, uncertain)"
    " SELECT account_id, day, sum(accepted), sum(segments), sum(delivered), sum(failed), sum(held), sum(charged),"
    " sum(uncertain) FROM usage_delta WHERE true GROUP BY account_id, day"
    " ON CONFLICT (account_id, day) DO UPDATE SET accepted = accepted + excluded.accepted,"
    " segments = segments + excluded.segments, delivered = delivered + excluded.delivered,"
    " failed = failed + excluded.failed, held = held + excluded.held, charged = charged + excluded.charged,"
    " uncertain = uncertain + excluded.uncertain"
)
_PURGED = (("submission", "message_id"), ("message", "id"), ("reply", "id"))


def maintain(execute: Callable[..., Any], command: Maintain) -> None:
    """One round, inside the engine's transaction."""
    execute("DELETE FROM early_receipt WHERE received_ms < ?", (command.now_ms - EARLY_RECEIPT_KEPT_MS,))
    execute("DELETE FROM reply_key WHERE until_ms <= ?", (command.now_ms,))
    execute("DELETE FROM frequency WHERE last_ms < ?", (command.now_ms - FREQUENCY_KEPT_MS,))
    execute(_FOLD)
    execute("DELETE FROM usage_delta")
    if command.keep_days:
        before = first_id_of_day(day_of(command.now_ms) - command.keep_days)
        for table, column in _PURGED:
            execute(
                f"DELETE FROM {table} WHERE {column} IN"  # noqa: S608
                f" (SELECT {column} FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT ?)",
                (before, PURGE_CHUNK),
            )
