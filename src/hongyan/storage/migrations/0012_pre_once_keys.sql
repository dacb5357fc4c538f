-- Idempotency keys of cold changes, used up in the transaction of what they were sent with.
CREATE TABLE once_key (
    key_index BIGINT PRIMARY KEY,          -- keyed hash of account and key
    request   BIGINT NOT NULL,             -- keyed hash of what was asked for
    used_ms   BIGINT NOT NULL
);
CREATE INDEX once_key_used ON once_key (used_ms);
