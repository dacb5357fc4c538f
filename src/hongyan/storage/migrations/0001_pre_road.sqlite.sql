-- The tables of the road. No index on a state: what is pending stands in the outbox.
CREATE TABLE message (
    id             INTEGER PRIMARY KEY,
    biz_id         INTEGER NOT NULL,
    account_id     INTEGER NOT NULL,
    number         TEXT NOT NULL,
    number_hash    INTEGER NOT NULL,
    signature_id   INTEGER NOT NULL,
    sign_name      TEXT NOT NULL,
    template_code  TEXT NOT NULL,
    category       INTEGER NOT NULL,
    content        TEXT NOT NULL,
    segments       INTEGER NOT NULL,
    price          INTEGER NOT NULL,
    channel_id     INTEGER NOT NULL,
    lane           INTEGER NOT NULL,
    access_number  TEXT NOT NULL,
    reference      INTEGER NOT NULL,
    out_id         TEXT,
    accepted_ms    INTEGER NOT NULL,
    expires_ms     INTEGER NOT NULL,
    request_id     TEXT NOT NULL,
    state          TEXT NOT NULL DEFAULT 'accepted',
    receipt_code   TEXT NOT NULL DEFAULT '',
    done_ms        INTEGER,
    uncertain      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX message_by_number ON message (number_hash, id);

-- One row for each answer a carrier gave to a submitted part.
CREATE TABLE submission (
    message_id     INTEGER NOT NULL,
    part           INTEGER NOT NULL,
    attempt        INTEGER NOT NULL,
    parts          INTEGER NOT NULL,
    channel_id     INTEGER NOT NULL,
    carrier_id     TEXT,
    day            INTEGER NOT NULL,
    status         INTEGER NOT NULL,
    outcome        INTEGER NOT NULL,
    reference      INTEGER NOT NULL,
    at_ms          INTEGER NOT NULL,
    error          TEXT NOT NULL DEFAULT '',
    receipt_state  TEXT NOT NULL DEFAULT 'waiting',
    receipt_code   TEXT NOT NULL DEFAULT '',
    receipt_ms     INTEGER,
    PRIMARY KEY (message_id, part, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX submission_by_carrier_id ON submission (channel_id, carrier_id, day) WHERE carrier_id IS NOT NULL;

-- Receipts that came before the answer to their submit; matched when the answer is stored, kept 72 h.
CREATE TABLE early_receipt (
    channel_id     INTEGER NOT NULL,
    carrier_id     TEXT NOT NULL,
    day            INTEGER NOT NULL,
    delivered      INTEGER NOT NULL,
    code           TEXT NOT NULL,
    at_ms          INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL,
    PRIMARY KEY (channel_id, carrier_id)
) STRICT, WITHOUT ROWID;

-- Immutable lists of messages still to be answered by a carrier. `items` is MessagePack, see storage.port.OutboxItem.
CREATE TABLE outbox (
    id             INTEGER PRIMARY KEY,
    channel_id     INTEGER NOT NULL,
    lane           INTEGER NOT NULL,
    not_before_ms  INTEGER NOT NULL,
    suspect        INTEGER NOT NULL DEFAULT 0,
    items          BLOB NOT NULL
) STRICT;

-- Packed times (8 bytes each, ms) of recent accepts under one frequency key.
CREATE TABLE frequency (
    key            INTEGER PRIMARY KEY,
    last_ms        INTEGER NOT NULL,
    times          BLOB NOT NULL
) STRICT;

-- Only accounts with a finite balance have a row that counts; no row or NULL means unlimited.
CREATE TABLE account_balance (
    account_id     INTEGER PRIMARY KEY,
    balance        INTEGER,
    held           INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Append-only counters, one row for each (group, account); folded into usage_day.
CREATE TABLE usage_delta (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER NOT NULL,
    day            INTEGER NOT NULL,
    accepted       INTEGER NOT NULL,
    segments       INTEGER NOT NULL,
    delivered      INTEGER NOT NULL,
    failed         INTEGER NOT NULL,
    held           INTEGER NOT NULL,
    charged        INTEGER NOT NULL,
    uncertain      INTEGER NOT NULL
) STRICT;
CREATE TABLE usage_day (
    account_id     INTEGER NOT NULL,
    day            INTEGER NOT NULL,
    accepted       INTEGER NOT NULL,
    segments       INTEGER NOT NULL,
    delivered      INTEGER NOT NULL,
    failed         INTEGER NOT NULL,
    held           INTEGER NOT NULL,
    charged        INTEGER NOT NULL,
    uncertain      INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

-- Texts from handsets (MO).
CREATE TABLE reply (
    id             INTEGER PRIMARY KEY,
    account_id     INTEGER,
    number         TEXT NOT NULL,
    number_hash    INTEGER NOT NULL,
    access_number  TEXT NOT NULL,
    content        TEXT NOT NULL,
    channel_id     INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL
) STRICT;

-- Small facts about this database.
CREATE TABLE fact (
    name           TEXT PRIMARY KEY,
    value          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
