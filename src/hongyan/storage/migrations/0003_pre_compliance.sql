-- Applications and their reviews. An object's row says where it stands; what was applied for is kept in
-- revisions, which are never changed. Revision 0 means none. Columns named *_sealed are encrypted by the vault.

CREATE TABLE qualification (
    id                BIGINT PRIMARY KEY,  -- a number that fits 53 bits: clients put it into a JavaScript number
    account_id        BIGINT NOT NULL REFERENCES account (id),
    name              TEXT NOT NULL,
    state             TEXT NOT NULL,
    version           BIGINT NOT NULL,     -- grows with every change of this row: the optimistic lock
    revision          BIGINT NOT NULL,
    approved_revision BIGINT NOT NULL,
    order_id          BIGINT NOT NULL,     -- the review order of `revision`
    created_ms        BIGINT NOT NULL
);
CREATE UNIQUE INDEX qualification_name ON qualification (account_id, name) WHERE state <> 'deleted';

CREATE TABLE qualification_revision (
    qualification_id         BIGINT NOT NULL REFERENCES qualification (id),
    revision                 BIGINT NOT NULL,
    use_by_self              BIGINT NOT NULL,
    shared                   BIGINT NOT NULL,
    company_type             TEXT NOT NULL,
    company_name             TEXT NOT NULL,
    organization_code        TEXT NOT NULL,
    license_validity         TEXT NOT NULL,
    legal_person_name_sealed BYTEA NOT NULL,
    legal_person_name_index  BIGINT NOT NULL,  -- keyed hash, for the filter of the record query
    legal_person_id_type     TEXT NOT NULL,
    legal_person_id_sealed   BYTEA NOT NULL,
    legal_person_id_validity TEXT NOT NULL,
    admin_name_sealed        BYTEA NOT NULL,
    admin_id_type            TEXT NOT NULL,
    admin_id_sealed          BYTEA NOT NULL,
    admin_id_validity        TEXT NOT NULL,
    admin_phone_sealed       BYTEA NOT NULL,
    papers_sealed            BYTEA NOT NULL,   -- JSON: storage keys of the uploaded papers
    remark                   TEXT NOT NULL,
    PRIMARY KEY (qualification_id, revision)
);

CREATE TABLE signature (
    id                BIGINT PRIMARY KEY,
    account_id        BIGINT NOT NULL REFERENCES account (id),
    name              TEXT NOT NULL,
    tag               BIGINT NOT NULL,     -- 2 applied for, 3 given by the system
    state             TEXT NOT NULL,
    version           BIGINT NOT NULL,
    revision          BIGINT NOT NULL,
    approved_revision BIGINT NOT NULL,
    order_id          BIGINT NOT NULL,
    created_ms        BIGINT NOT NULL
);
CREATE UNIQUE INDEX signature_name ON signature (account_id, name) WHERE state <> 'deleted';

CREATE TABLE signature_revision (
    signature_id     BIGINT NOT NULL REFERENCES signature (id),
    revision         BIGINT NOT NULL,
    sign_type        BIGINT NOT NULL,      -- 0 verification code, 1 general
    source           BIGINT NOT NULL,
    third_party      BIGINT NOT NULL,
    qualification_id BIGINT REFERENCES qualification (id),  -- NULL: given by the system
    apply_scene      TEXT NOT NULL,
    remark           TEXT NOT NULL,
    papers_sealed    BYTEA NOT NULL,
    PRIMARY KEY (signature_id, revision)
);
CREATE INDEX signature_revision_qualification ON signature_revision (qualification_id);

CREATE TABLE template (
    id                BIGINT PRIMARY KEY,
    account_id        BIGINT NOT NULL REFERENCES account (id),
    code              TEXT NOT NULL UNIQUE,
    tag               BIGINT NOT NULL,
    state             TEXT NOT NULL,
    version           BIGINT NOT NULL,
    revision          BIGINT NOT NULL,
    approved_revision BIGINT NOT NULL,
    order_id          BIGINT NOT NULL,
    created_ms        BIGINT NOT NULL
);
CREATE INDEX template_account ON template (account_id, created_ms);
CREATE UNIQUE INDEX template_of_system ON template (account_id) WHERE tag = 3 AND state <> 'deleted';

CREATE TABLE template_revision (
    template_id        BIGINT NOT NULL REFERENCES template (id),
    revision           BIGINT NOT NULL,
    name               TEXT NOT NULL,
    category           BIGINT NOT NULL,    -- 0 verification code, 1 notice, 2 marketing, 3 international
    international_type BIGINT,             -- category 3 only: 0 notice, 1 marketing, 2 verification code
    content            TEXT NOT NULL,
    rules_json         TEXT NOT NULL,      -- variable -> attribute
    signature_id       BIGINT REFERENCES signature (id),
    apply_scene        TEXT NOT NULL,
    remark             TEXT NOT NULL,
    traffic_driving    TEXT NOT NULL,
    papers_sealed      BYTEA NOT NULL,
    PRIMARY KEY (template_id, revision)
);

-- One row per submission: what reviewers work through, and the vendors' order numbers.
CREATE TABLE review_order (
    id           BIGINT PRIMARY KEY,
    account_id   BIGINT NOT NULL REFERENCES account (id),
    kind         TEXT NOT NULL CHECK (kind IN ('qualification', 'signature', 'template')),
    object_id    BIGINT NOT NULL,
    revision     BIGINT NOT NULL,
    label        TEXT NOT NULL,            -- how the object is called: a name or a code
    submitted_ms BIGINT NOT NULL,
    verdict      TEXT,                     -- approve, reject, withdraw; NULL while it is open
    reviewer     TEXT,
    reason       TEXT,
    decided_ms   BIGINT
);
CREATE INDEX review_order_open ON review_order (submitted_ms, id) WHERE verdict IS NULL;
CREATE INDEX review_order_object ON review_order (kind, object_id);

-- Append-only: every step of every object.
CREATE TABLE compliance_change (
    id           BIGINT PRIMARY KEY,
    at_ms        BIGINT NOT NULL,
    account_id   BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    object_id    BIGINT NOT NULL,
    revision     BIGINT NOT NULL,
    order_id     BIGINT NOT NULL,
    actor        TEXT NOT NULL,
    event        TEXT NOT NULL,
    before_state TEXT NOT NULL,            -- '' for a new object
    after_state  TEXT NOT NULL,
    reason       TEXT NOT NULL
);
CREATE INDEX compliance_change_object ON compliance_change (kind, object_id, id);

-- Codes by which an administrator proves his phone. The newest of an account and number is the live one.
CREATE TABLE phone_code (
    number_index BIGINT NOT NULL,          -- keyed hash of the number
    sequence     BIGINT NOT NULL,          -- counts the codes of a number, so that two at once collide
    account_id   BIGINT NOT NULL REFERENCES account (id),
    code_hash    BIGINT NOT NULL,
    sent_ms      BIGINT NOT NULL,
    expires_ms   BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,          -- wrong guesses
    used_ms      BIGINT,
    PRIMARY KEY (number_index, sequence)
);
