-- Callbacks: where an account's programs want to be told what, and the durable outbox of what they are told.
CREATE TABLE callback_subscription (
    account_id    BIGINT NOT NULL REFERENCES account (id),
    type          TEXT NOT NULL,
    url           TEXT NOT NULL,
    secret_sealed BYTEA NOT NULL,
    changed_ms    BIGINT NOT NULL,
    PRIMARY KEY (account_id, type)
);

CREATE TABLE callback_delivery (
    id         BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    type       TEXT NOT NULL,
    facts      TEXT NOT NULL,              -- JSON, in our words; the vendor's are made of them when it is sent
    state      TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts   BIGINT NOT NULL,            -- also the optimistic lock of nodes that deliver
    due_ms     BIGINT NOT NULL,            -- while it is being sent: when the lease of that attempt runs out
    created_ms BIGINT NOT NULL,
    done_ms    BIGINT,
    status     BIGINT NOT NULL,            -- HTTP's, of the last attempt
    error      TEXT NOT NULL
);
CREATE INDEX callback_delivery_due ON callback_delivery (due_ms) WHERE state = 'pending';
CREATE INDEX callback_delivery_account ON callback_delivery (account_id, id);
CREATE INDEX callback_delivery_done ON callback_delivery (done_ms) WHERE done_ms IS NOT NULL;
