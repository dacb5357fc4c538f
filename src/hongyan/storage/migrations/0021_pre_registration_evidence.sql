-- What arrives, by the hour in which a message was accepted, its signature (0: all of them together, without a sender), the
-- network of the number and the sender's number. `outcome`: sent, delivered, failed (with the carrier's code), silent, unsent.
CREATE TABLE registration_evidence (
    signature_id   BIGINT NOT NULL,
    network        TEXT NOT NULL,
    sender         TEXT NOT NULL,
    hour           BIGINT NOT NULL,   -- since 1970
    category       BIGINT NOT NULL,
    outcome        TEXT NOT NULL,
    code           TEXT NOT NULL DEFAULT '',
    count          BIGINT NOT NULL,
    PRIMARY KEY (signature_id, network, sender, hour, category, outcome, code)
);
CREATE INDEX registration_evidence_by_hour ON registration_evidence (hour, outcome);

-- When a signature was last sent with a sender to a network: registrations lapse without use.
CREATE TABLE signature_use (
    signature_id   BIGINT NOT NULL,
    network        TEXT NOT NULL,
    sender         TEXT NOT NULL,
    used_ms        BIGINT NOT NULL,
    PRIMARY KEY (signature_id, network, sender)
);
