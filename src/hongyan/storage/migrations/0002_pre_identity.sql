-- Accounts, the keys and people that act for them, console logins, and the audit trail.

CREATE TABLE account (
    id           BIGINT PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('root', 'enterprise', 'individual')),
    name         TEXT NOT NULL UNIQUE,
    company_name TEXT,             -- the verified entity; NULL while nothing is verified
    uscc         TEXT,             -- its unified social credit code
    created_ms   BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_one_root ON account (kind) WHERE kind = 'root';

CREATE TABLE access_key (
    id          TEXT PRIMARY KEY,
    account_id  BIGINT NOT NULL REFERENCES account (id),
    name        TEXT NOT NULL,
    secret      BYTEA NOT NULL,    -- sealed, bound to the id
    created_ms  BIGINT NOT NULL,
    disabled_ms BIGINT
);
CREATE INDEX access_key_account ON access_key (account_id);

CREATE TABLE person (
    id            BIGINT PRIMARY KEY,
    account_id    BIGINT NOT NULL REFERENCES account (id),
    login         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    language      TEXT NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('root')),
    password_hash TEXT NOT NULL,   -- argon2id, with its parameters
    created_ms    BIGINT NOT NULL
);

CREATE TABLE login_session (
    token_hash BYTEA PRIMARY KEY,  -- SHA-256 of the token; the token itself is only in the browser
    person_id  BIGINT NOT NULL REFERENCES person (id),
    created_ms BIGINT NOT NULL,
    seen_ms    BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX login_session_person ON login_session (person_id);
CREATE INDEX login_session_expiry ON login_session (expires_ms);

-- Append-only: nothing updates or deletes these rows.
CREATE TABLE audit_event (
    id         BIGINT PRIMARY KEY,
    at_ms      BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    actor      TEXT NOT NULL,      -- person:<login>, key:<id>, cli, system
    action     TEXT NOT NULL,      -- <room>.<verb>_<noun>
    object     TEXT NOT NULL,
    facts_json TEXT NOT NULL
);
CREATE INDEX audit_event_account ON audit_event (account_id, id);
