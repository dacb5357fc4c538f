-- The desk: when an order is promised to be decided, who works on it, who approved it first where two must; what was decided
-- of names, and what a policy approved and a person shall look at once more.
ALTER TABLE review_order ADD COLUMN promised_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE review_order ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;   -- grows with every claim: the optimistic lock
ALTER TABLE review_order ADD COLUMN claimed_by TEXT;
ALTER TABLE review_order ADD COLUMN claimed_until_ms BIGINT;          -- after this anybody may claim it
ALTER TABLE review_order ADD COLUMN first_approver TEXT;
UPDATE review_order SET promised_ms = submitted_ms WHERE promised_ms = 0;
DROP INDEX review_order_open;
CREATE INDEX review_order_open ON review_order (promised_ms, submitted_ms, id) WHERE verdict IS NULL;

CREATE TABLE precedent (
    letters    TEXT NOT NULL,              -- first letters of two neighbouring syllables of a decided name
    decided_ms BIGINT NOT NULL,
    order_id   BIGINT NOT NULL REFERENCES review_order (id),
    PRIMARY KEY (letters, decided_ms, order_id)
);
CREATE INDEX signature_same_name ON signature (name);

CREATE TABLE second_look (
    order_id    BIGINT PRIMARY KEY REFERENCES review_order (id),
    policy      TEXT NOT NULL,             -- that approved it
    approved_ms BIGINT NOT NULL,
    looked_ms   BIGINT,
    looker      TEXT,
    right_so    BIGINT,
    remark      TEXT
);
CREATE INDEX second_look_open ON second_look (approved_ms, order_id) WHERE looked_ms IS NULL;
