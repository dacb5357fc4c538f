-- Codes that pile up on a signature where it may not be registered, and test sends that verify registrations.
CREATE TABLE registration_alert (
    signature_id   BIGINT NOT NULL,
    network        TEXT NOT NULL,
    sender         TEXT NOT NULL,
    code           TEXT NOT NULL,
    code_class     TEXT NOT NULL,
    raised_ms      BIGINT NOT NULL,
    seen_ms        BIGINT NOT NULL,
    facts          TEXT NOT NULL,        -- JSON
    PRIMARY KEY (signature_id, network, sender, code)
);

CREATE TABLE registration_test (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    signature_id   BIGINT NOT NULL,
    sign_name      TEXT NOT NULL,
    network        TEXT NOT NULL,        -- of the number, as it was known when the test was asked for
    number         TEXT NOT NULL,
    template_code  TEXT NOT NULL,
    params         TEXT NOT NULL,        -- JSON
    extension_code TEXT NOT NULL,
    due_ms         BIGINT NOT NULL,
    state          TEXT NOT NULL,        -- waiting, sent, refused, cancelled
    message_id     BIGINT,
    refusal        TEXT NOT NULL DEFAULT '',
    asked_by       TEXT NOT NULL,
    version        BIGINT NOT NULL
);
CREATE INDEX registration_test_due ON registration_test (state, due_ms);
CREATE INDEX registration_test_of ON registration_test (signature_id, id);
