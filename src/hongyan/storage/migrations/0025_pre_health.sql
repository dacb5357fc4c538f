-- What is wrong with signatures (compliance.health), and since when it was noticed.
CREATE TABLE signature_ailment (
    signature_id BIGINT NOT NULL REFERENCES signature (id),
    reason       TEXT NOT NULL,
    since_ms     BIGINT NOT NULL,
    PRIMARY KEY (signature_id, reason)
);
