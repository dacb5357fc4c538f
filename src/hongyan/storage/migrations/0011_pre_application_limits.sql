-- When an account applied last, for each kind that a limit holds for. Two applications at the same moment meet in its
-- version.
CREATE TABLE application_count (
    account_id BIGINT NOT NULL REFERENCES account (id),
    kind       TEXT NOT NULL,
    version    BIGINT NOT NULL,
    last_ms    BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
