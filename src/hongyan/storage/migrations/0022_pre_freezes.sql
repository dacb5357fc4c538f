-- Freezes in force: what sends nothing until they are lifted. The audit trail has those that were.
CREATE TABLE frozen (
    kind       TEXT NOT NULL CHECK (kind IN ('signature', 'template', 'account')),
    account_id BIGINT NOT NULL REFERENCES account (id),
    label      TEXT NOT NULL,              -- the signature's name or the template's code; '' of an account
    frozen_by  TEXT NOT NULL CHECK (frozen_by IN ('platform', 'customer', 'penalty')),
    because    TEXT NOT NULL,
    since_ms   BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    PRIMARY KEY (kind, account_id, label, frozen_by)
);
