-- Which signatures will be abnormal, and when (compliance.health): from a day on by rules that begin, or, with an empty day, as soon
-- as the operator accepts the rules that a new version or setting brought.
CREATE TABLE signature_ailment_ahead (
    signature_id BIGINT NOT NULL REFERENCES signature (id),
    day          TEXT NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (signature_id, day, reason)
);
