-- Keeping registrations alive: with which phones and which template, and the plans of messages.
CREATE TABLE keep_alive_arrangement (
    account_id    BIGINT NOT NULL,
    sign_name     TEXT NOT NULL,         -- of one signature; '' for those that have none of their own
    phones        TEXT NOT NULL,         -- JSON list of numbers of the tenant's own
    template_code TEXT NOT NULL,
    params        TEXT NOT NULL,         -- JSON
    automatic     BIGINT NOT NULL,       -- 1: what falls due is planned every day
    after_days    BIGINT NOT NULL,       -- of silence
    set_by        TEXT NOT NULL,
    set_ms        BIGINT NOT NULL,
    looked_day    BIGINT NOT NULL,       -- Beijing day of the last automatic look; 0 before the first
    PRIMARY KEY (account_id, sign_name)
);

CREATE TABLE keep_alive_plan (
    id         BIGINT PRIMARY KEY,       -- 1, 2, 3, …: people type it
    account_id BIGINT NOT NULL,
    made_ms    BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'done')),
    version    BIGINT NOT NULL           -- counts changes: the optimistic lock
);

CREATE TABLE keep_alive_item (
    plan_id         BIGINT NOT NULL,
    position        BIGINT NOT NULL,
    account_id      BIGINT NOT NULL,
    signature_id    BIGINT NOT NULL,
    sign_name       TEXT NOT NULL,
    registration_id BIGINT NOT NULL,
    network         TEXT NOT NULL,
    sender          TEXT NOT NULL,
    extension_code  TEXT NOT NULL,
    number          TEXT NOT NULL,       -- a phone of the tenant's own, or of the operator's
    template_code   TEXT NOT NULL,
    params          TEXT NOT NULL,       -- JSON
    due_ms          BIGINT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'handed', 'skipped', 'cancelled')),
    trial_id        BIGINT,              -- the test send that it became
    why             TEXT NOT NULL,       -- code of what hindered a skipped one
    PRIMARY KEY (plan_id, position)
);
CREATE INDEX keep_alive_item_due ON keep_alive_item (state, due_ms);
