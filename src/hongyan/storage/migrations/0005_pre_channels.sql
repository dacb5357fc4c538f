-- Channels: the ways out that the operator has configured. Rows are never deleted, so that ids and names stay what they
-- were in messages and submissions. Ids below 100 are those of channels that no record describes.

CREATE TABLE channel (
    id         BIGINT PRIMARY KEY CHECK (id >= 100),
    name       TEXT NOT NULL UNIQUE,
    protocol   TEXT NOT NULL CHECK (protocol IN ('cmpp', 'sgip', 'smgp', 'smpp')),
    settings   TEXT NOT NULL,              -- one JSON object, every field of carriers.channels.settings
    secret     BYTEA NOT NULL,             -- the passwords, sealed, bound to the id
    state      TEXT NOT NULL CHECK (state IN ('active', 'paused', 'draining', 'removed')),
    version    BIGINT NOT NULL,            -- counts changes
    changed_ms BIGINT NOT NULL
);
