-- The tables of the road. No index on a state: what is pending stands in the outbox.
-- Messages and their submissions are partitioned by the Beijing day that a message id carries; the partitions
-- (message_20260528, …) are made ahead, on demand, and dropped whole. Nonces (nonce_…) and idempotency keys
-- (idempotency_20260528) stand in tables of their own for each bucket, made and dropped the same way.
CREATE TABLE message (
    id             BIGINT PRIMARY KEY,
    biz_id         BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    number         TEXT NOT NULL,
    number_hash    BIGINT NOT NULL,
    signature_id   BIGINT NOT NULL,
    sign_name      TEXT NOT NULL,
    template_code  TEXT NOT NULL,
    category       BIGINT NOT NULL,
    content        TEXT NOT NULL,
    segments       BIGINT NOT NULL,
    price          BIGINT NOT NULL,
    channel_id     BIGINT NOT NULL,
    lane           BIGINT NOT NULL,
    access_number  TEXT NOT NULL,
    reference      BIGINT NOT NULL,
    out_id         TEXT,
    accepted_ms    BIGINT NOT NULL,
    expires_ms     BIGINT NOT NULL,
    request_id     TEXT NOT NULL,
    state          TEXT NOT NULL DEFAULT 'accepted',
    receipt_code   TEXT NOT NULL DEFAULT '',
    done_ms        BIGINT,
    uncertain      BIGINT NOT NULL DEFAULT 0
) PARTITION BY RANGE (id);
CREATE INDEX message_by_number ON message (number_hash, id);

-- One row for each answer a carrier gave to a submitted part.
CREATE TABLE submission (
    message_id     BIGINT NOT NULL,
    part           BIGINT NOT NULL,
    attempt        BIGINT NOT NULL,
    parts          BIGINT NOT NULL,
    channel_id     BIGINT NOT NULL,
    carrier_id     TEXT,
    day            BIGINT NOT NULL,
    status         BIGINT NOT NULL,
    outcome        BIGINT NOT NULL,
    reference      BIGINT NOT NULL,
    at_ms          BIGINT NOT NULL,
    error          TEXT NOT NULL DEFAULT '',
    receipt_state  TEXT NOT NULL DEFAULT 'waiting',
    receipt_code   TEXT NOT NULL DEFAULT '',
    receipt_ms     BIGINT,
    PRIMARY KEY (message_id, part, attempt)
) PARTITION BY RANGE (message_id);
CREATE INDEX submission_by_carrier_id ON submission (channel_id, carrier_id, day) WHERE carrier_id IS NOT NULL;

-- Receipts that came before the answer to their submit; matched when the answer is stored, kept 72 h.
CREATE TABLE early_receipt (
    channel_id     BIGINT NOT NULL,
    carrier_id     TEXT NOT NULL,
    day            BIGINT NOT NULL,
    delivered      BIGINT NOT NULL,
    code           TEXT NOT NULL,
    at_ms          BIGINT NOT NULL,
    received_ms    BIGINT NOT NULL,
    PRIMARY KEY (channel_id, carrier_id)
);

-- Who may submit what stands in the outbox. `lease` is the fencing number, never given twice; a node renews its
-- lease, and loses its rows when it does not. Lease 0 is nobody's: rows that any node may take.
CREATE TABLE node_lease (
    lease          BIGINT PRIMARY KEY,
    node           BIGINT NOT NULL UNIQUE,   -- the node number in ids that are given under this lease
    expires_ms     BIGINT NOT NULL,          -- by this database's clock
    clean          BIGINT NOT NULL DEFAULT 0 -- 1: stopped, and every part it had submitted has its answer
);
CREATE SEQUENCE node_lease_number;
INSERT INTO node_lease (lease, node, expires_ms) VALUES (0, -1, 0);

-- Immutable lists of messages still to be answered by a carrier. `items` is MessagePack, see storage.port.OutboxItem.
CREATE TABLE outbox (
    id             BIGINT PRIMARY KEY,       -- grows in the order of the commits of one lease
    channel_id     BIGINT NOT NULL,
    lane           BIGINT NOT NULL,
    not_before_ms  BIGINT NOT NULL,
    suspect        BIGINT NOT NULL DEFAULT 0,
    lease          BIGINT NOT NULL REFERENCES node_lease (lease),
    items          BYTEA NOT NULL
);
CREATE INDEX outbox_by_lease ON outbox (lease, channel_id, lane, id);

-- Packed times (8 bytes each, ms) of recent accepts under one frequency key.
CREATE TABLE frequency (
    key            BIGINT PRIMARY KEY,
    last_ms        BIGINT NOT NULL,
    times          BYTEA NOT NULL
);

-- Only accounts with a finite balance have a row that counts; no row or NULL means unlimited.
CREATE TABLE account_balance (
    account_id     BIGINT PRIMARY KEY,
    balance        BIGINT,
    held           BIGINT NOT NULL DEFAULT 0
);

-- Append-only counters, one row for each (group, account); folded into usage_day.
CREATE TABLE usage_delta (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    day            BIGINT NOT NULL,
    accepted       BIGINT NOT NULL,
    segments       BIGINT NOT NULL,
    delivered      BIGINT NOT NULL,
    failed         BIGINT NOT NULL,
    held           BIGINT NOT NULL,
    charged        BIGINT NOT NULL,
    uncertain      BIGINT NOT NULL
);
CREATE TABLE usage_day (
    account_id     BIGINT NOT NULL,
    day            BIGINT NOT NULL,
    accepted       BIGINT NOT NULL,
    segments       BIGINT NOT NULL,
    delivered      BIGINT NOT NULL,
    failed         BIGINT NOT NULL,
    held           BIGINT NOT NULL,
    charged        BIGINT NOT NULL,
    uncertain      BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);

-- Texts from handsets (MO).
CREATE TABLE reply (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT,
    number         TEXT NOT NULL,
    number_hash    BIGINT NOT NULL,
    access_number  TEXT NOT NULL,
    content        TEXT NOT NULL,
    channel_id     BIGINT NOT NULL,
    received_ms    BIGINT NOT NULL
);

-- Small facts about this database.
CREATE TABLE fact (
    name           TEXT PRIMARY KEY,
    value          TEXT NOT NULL
);

-- Cold changes that other nodes must hear of; they ask every second. `stamp` is the transaction that made the
-- change: whoever asks remembers the oldest one that was still running, and asks from there the next time.
CREATE TABLE change_notice (
    stamp          XID8 NOT NULL DEFAULT pg_current_xact_id(),
    lease          BIGINT NOT NULL,
    topic          TEXT NOT NULL,
    key            TEXT NOT NULL,
    told_ms        BIGINT NOT NULL
);
CREATE INDEX change_notice_by_stamp ON change_notice (stamp);
