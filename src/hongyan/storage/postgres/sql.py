# ruff: noqa: S608  what is put into these texts are names that we make of numbers
"""The set-wise SQL of the road. Tables of a day or bucket are named in the text, so each has statements of its own."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from hongyan.storage.port import PART_SUBMITTED, Message
from hongyan.storage.postgres.batch import Part, unnest
from hongyan.storage.postgres.tables import day_name, last_minute
from hongyan.storage.roll_up import MOVES_FROM

_DAYS_REMEMBERED = 64
_TEXT_FIELDS = {
    field.name for field in msgspec.structs.fields(Message) if field.type in (str, str | None)
}  # fmt: skip
_MESSAGE = ", ".join(
    f"{field} {'text' if field in _TEXT_FIELDS else 'bigint'}" for field in Message.__struct_fields__
)
_SUBMISSION = (
    "message_id bigint, part bigint, attempt bigint, parts bigint, channel_id bigint, carrier_id text, day bigint,"
    " status bigint, outcome bigint, reference bigint, at_ms bigint, error text, receipt_state text,"
    " receipt_code text, receipt_ms bigint"
)
_REPORT = "message_id bigint, part bigint, attempt bigint, state text, code text, ms bigint"
_END = "id bigint, state text, code text, done_ms bigint, uncertain bigint"
_MOVE = "id bigint, channel_id bigint, access_number text, reference bigint, refused text"
_USAGE = (
    "account_id bigint, day bigint, accepted bigint, segments bigint, delivered bigint, failed bigint, held bigint,"
    " charged bigint, uncertain bigint"
)
_EARLY = "channel_id bigint, carrier_id text, day bigint, delivered bigint, code text, at_ms bigint, received_ms bigint"


def _insert(
    name: str, table: str, columns: str, more: str = "", returns: tuple[str, str] | None = None
) -> Part:
    names = ", ".join(column.split()[0] for column in columns.split(", "))
    sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM {unnest('r', columns)} {more}"
    return Part(name, sql, len(columns.split(", ")), returns)


# -- writes ------------------------------------------------------------------------------------------------


@lru_cache(_DAYS_REMEMBERED)
def insert_messages(day: int) -> Part:
    """Rows: every field of a message."""
    return _insert(f"new_messages_{day}", f"message_{day_name(day)}", _MESSAGE)


@lru_cache(_DAYS_REMEMBERED)
def insert_submissions(day: int) -> Part:
    """Rows: every column of a submission. One that is there already stays as it is."""
    table = f"submission_{day_name(day)}"
    return _insert(f"new_submissions_{day}", table, _SUBMISSION, "ON CONFLICT DO NOTHING")


@lru_cache(_DAYS_REMEMBERED)
def update_submissions(day: int) -> Part:
    """Rows: (message, part, attempt, receipt state, code, ms)."""
    return Part(
        f"reports_{day}",
        f"UPDATE submission_{day_name(day)} AS s SET receipt_state = r.state, receipt_code = r.code,"
        f" receipt_ms = r.ms FROM {unnest('r', _REPORT)}"
        " WHERE s.message_id = r.message_id AND s.part = r.part AND s.attempt = r.attempt",
        6,
    )


@lru_cache(_DAYS_REMEMBERED)
def update_messages(day: int) -> Part:
    """Rows: (id, state, code, done ms, uncertain to add), as decided on the locked rows."""
    return Part(
        f"ends_{day}",
        f"UPDATE message_{day_name(day)} AS m SET state = r.state, receipt_code = r.code, done_ms = r.done_ms,"
        f" uncertain = m.uncertain + r.uncertain FROM {unnest('r', _END)} WHERE m.id = r.id",
        5,
    )


INSERT_OUTBOX = _insert(
    "new_rows",
    "outbox",
    "id bigint, channel_id bigint, lane bigint, not_before_ms bigint, lease bigint, items bytea",
)
DELETE_OUTBOX = Part(
    "old_rows", f"DELETE FROM outbox AS o USING {unnest('r', 'id bigint')} WHERE o.id = r.id", 1
)
INSERT_USAGE = _insert("counters", "usage_delta", _USAGE)
UPDATE_BALANCES = Part(
    "balances",
    "UPDATE account_balance AS b SET balance = b.balance - r.charged, held = b.held + r.held"
    f" FROM {unnest('r', 'account_id bigint, charged bigint, held bigint')}"
    " WHERE b.account_id = r.account_id AND b.balance IS NOT NULL",
    3,
)
INSERT_EARLY = _insert(
    "early", "early_receipt", _EARLY, "ON CONFLICT DO NOTHING RETURNING channel_id, carrier_id", ("channel_id", "carrier_id")
)  # fmt: skip
TAKE_EARLY = Part(
    "arrived",
    f"DELETE FROM early_receipt AS e USING {unnest('r', 'n bigint, channel_id bigint, carrier_id text, since bigint')}"
    " WHERE e.channel_id = r.channel_id AND e.carrier_id = r.carrier_id AND e.day >= r.since"
    " RETURNING r.n, json_build_array(e.delivered, e.code, e.at_ms, e.received_ms)::text AS facts",
    4,
    ("n", "facts"),
)
"""Early receipts of stored answers. Rows: (place, channel, carrier id, first day)."""
UPSERT_FREQUENCY = _insert(
    "times",
    "frequency",
    "key bigint, last_ms bigint, times bytea",
    "ON CONFLICT (key) DO UPDATE SET last_ms = excluded.last_ms, times = excluded.times",
)


@lru_cache(_DAYS_REMEMBERED)
def insert_idempotency(day: int) -> Part:
    """Rows: (key, body, BizId)."""
    table = f"idempotency_{day_name(day)}"
    return _insert(f"keys_{day}", table, "key bigint, body bigint, biz_id bigint")


@lru_cache(_DAYS_REMEMBERED)
def delete_nonces(bucket: int) -> Part:
    """Nonces of refused commands. Rows: (minute, hash)."""
    return Part(
        f"unused_{bucket}",
        f"DELETE FROM nonce_{bucket} AS n USING {unnest('r', 'minute bigint, hash bigint')}"
        " WHERE n.minute = r.minute AND n.hash = r.hash",
        2,
    )


# -- looks -------------------------------------------------------------------------------------------------


@lru_cache(_DAYS_REMEMBERED)
def use_nonces(buckets: tuple[int, ...]) -> str:
    """Use nonces up ($1 minutes, $2 hashes, sorted); gives back those that were used before."""
    inserts = ", ".join(
        f"fresh_{bucket} AS (INSERT INTO nonce_{bucket} (minute, hash) SELECT minute, hash FROM given"
        f" WHERE minute BETWEEN {bucket} AND {last_minute(bucket)} ON CONFLICT DO NOTHING RETURNING minute, hash)"
        for bucket in buckets
    )
    fresh = " UNION ALL ".join(f"SELECT minute, hash FROM fresh_{bucket}" for bucket in buckets)
    return (
        f"WITH given AS MATERIALIZED (SELECT minute, hash FROM {unnest('g', 'minute bigint, hash bigint')}),"
        f" {inserts}, fresh AS MATERIALIZED ({fresh})"
        " SELECT g.minute, g.hash FROM given AS g WHERE (SELECT count(*) FROM fresh) < cardinality($1::bigint[])"
        " AND NOT EXISTS (SELECT 1 FROM fresh AS f WHERE f.minute = g.minute AND f.hash = g.hash)"
    )


@lru_cache(_DAYS_REMEMBERED)
def find_submissions(day: int) -> str:
    """The newest submission of each carrier id among the messages of one day, locked with its message.
    Rows: (place, channel, carrier id, first day), sorted by channel and carrier id."""
    return (
        "SELECT r.n, s.message_id, s.part, s.attempt, s.parts, s.outcome, s.receipt_state,"
        " m.account_id, m.price, m.lane, m.signature_id, m.network, m.category, m.access_number, m.state,"
        " m.receipt_code, m.done_ms"
        f" FROM {unnest('r', 'n bigint, channel_id bigint, carrier_id text, since bigint')}"
        " CROSS JOIN LATERAL (SELECT x.message_id, x.part, x.attempt, x.parts, x.outcome, x.receipt_state"
        f" FROM submission_{day_name(day)} AS x WHERE x.channel_id = r.channel_id AND x.carrier_id = r.carrier_id"
        " AND x.day >= r.since ORDER BY x.day DESC, x.message_id DESC LIMIT 1 FOR NO KEY UPDATE) AS s"
        f" JOIN message_{day_name(day)} AS m ON m.id = s.message_id FOR NO KEY UPDATE OF m"
    )


@lru_cache(_DAYS_REMEMBERED)
def lock_messages(day: int) -> str:
    """$1: ids."""
    return (
        "SELECT id, account_id, price, lane, signature_id, network, category, access_number, state, receipt_code, done_ms"
        f" FROM message_{day_name(day)} WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE"
    )


@lru_cache(_DAYS_REMEMBERED)
def move_messages(day: int) -> str:
    """Rows: (id, new channel, access number, reference, what is said of the old channel)."""
    return (
        f"UPDATE message_{day_name(day)} AS m SET channel_id = r.channel_id, access_number = r.access_number,"
        " reference = r.reference, passed_over = trim(m.passed_over || r.refused)"
        f" FROM {unnest('r', _MOVE)} WHERE m.id = r.id"
    )


@lru_cache(_DAYS_REMEMBERED)
def may_move(day: int) -> str:
    """Rows: (id, channel). Gives back (id, whether it may move) of messages that are on their channel."""
    return (
        f"SELECT m.id, m.state = '{MOVES_FROM}' AND m.uncertain = 0 AND NOT EXISTS"
        f" (SELECT 1 FROM submission_{day_name(day)} AS s WHERE s.message_id = m.id AND s.outcome = {PART_SUBMITTED})"
        f" FROM message_{day_name(day)} AS m, {unnest('r', 'id bigint, channel_id bigint')}"
        " WHERE m.id = r.id AND m.channel_id = r.channel_id"
    )


@lru_cache(_DAYS_REMEMBERED)
def taken_parts(day: int) -> str:
    """$1: message ids."""
    return (
        f"SELECT message_id, part, attempt, parts, outcome, at_ms FROM submission_{day_name(day)}"
        " WHERE message_id = ANY($1::bigint[])"
    )


@lru_cache(_DAYS_REMEMBERED)
def parts_of(day: int) -> str:
    """$1: message ids."""
    return (
        f"SELECT message_id, part, attempt, parts, outcome, receipt_state FROM submission_{day_name(day)}"
        " WHERE message_id = ANY($1::bigint[])"
    )


@lru_cache(_DAYS_REMEMBERED)
def known_idempotency(day: int) -> str:
    """$1: keys."""
    return f"SELECT key, body, biz_id FROM idempotency_{day_name(day)} WHERE key = ANY($1::bigint[])"


@lru_cache(_DAYS_REMEMBERED)
def states_of(day: int) -> str:
    """$1: message ids."""
    return f"SELECT id, state, segments, channel_id FROM message_{day_name(day)} WHERE id = ANY($1::bigint[])"


@lru_cache(_DAYS_REMEMBERED)
def add_uncertain(day: int) -> str:
    """$1: message ids, $2: how often each may have been submitted once more."""
    return (
        f"UPDATE message_{day_name(day)} AS m SET uncertain = m.uncertain + r.times"
        f" FROM {unnest('r', 'id bigint, times bigint')} WHERE m.id = r.id RETURNING m.account_id, r.times"
    )


OPEN_ROWS = "SELECT id FROM outbox WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE"
"""Those that no other node has taken over: a row gets a new id then."""
OUTBOX_ROWS = (
    "SELECT id, channel_id, lane, not_before_ms, suspect, items FROM outbox"
    " WHERE id = ANY($1::bigint[]) AND lease = $2 ORDER BY id FOR UPDATE"
)
LOCK_KEYS = "SELECT pg_advisory_xact_lock(key) FROM (SELECT key FROM unnest($1::bigint[]) AS k (key) ORDER BY key) AS sorted"
"""Two nodes never decide about the same idempotency key or frequency at once, also when there is no row to lock."""
FREQUENCIES = "SELECT key, times FROM frequency WHERE key = ANY($1::bigint[])"
BALANCES = (
    "SELECT account_id, balance, held FROM account_balance WHERE account_id = ANY($1::bigint[])"
    " AND balance IS NOT NULL ORDER BY account_id FOR NO KEY UPDATE"
)
FINITE_ACCOUNTS = "SELECT account_id FROM account_balance WHERE balance IS NOT NULL"
