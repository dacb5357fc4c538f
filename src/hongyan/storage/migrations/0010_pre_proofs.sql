-- What signatures lean on: letters of authorization, trademarks, app records. Revisions are never changed.

CREATE TABLE letter (
    id              BIGINT PRIMARY KEY,    -- a number that fits 53 bits, as those of qualifications
    account_id      BIGINT NOT NULL REFERENCES account (id),
    name            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('initial', 'passed')),
    version         BIGINT NOT NULL,       -- grows with every change of this row: the optimistic lock
    revision        BIGINT NOT NULL,
    passed_revision BIGINT NOT NULL,       -- the newest that a signature was approved with; 0: none
    created_ms      BIGINT NOT NULL
);
CREATE UNIQUE INDEX letter_name ON letter (account_id, name);
CREATE INDEX letter_account ON letter (account_id, id);

CREATE TABLE letter_revision (
    letter_id         BIGINT NOT NULL REFERENCES letter (id),
    revision          BIGINT NOT NULL,
    authorizer        TEXT NOT NULL,
    organization_code TEXT NOT NULL,
    authorized_party  TEXT NOT NULL,
    validity          TEXT NOT NULL,       -- YYYY-MM-DD~YYYY-MM-DD
    scope_json        TEXT NOT NULL,       -- names of signatures, as the tenant wrote them
    picture_sealed    BYTEA NOT NULL,
    PRIMARY KEY (letter_id, revision)
);

-- The names of scope_json one by one: letters of all tenants are found by them.
CREATE TABLE letter_scope (
    letter_id BIGINT NOT NULL REFERENCES letter (id),
    revision  BIGINT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (letter_id, revision, name)
);
CREATE INDEX letter_scope_name ON letter_scope (name);

CREATE TABLE trademark (
    id         BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    version    BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX trademark_account ON trademark (account_id, id);

CREATE TABLE trademark_revision (
    trademark_id        BIGINT NOT NULL REFERENCES trademark (id),
    revision            BIGINT NOT NULL,
    name                TEXT NOT NULL,
    applicant           TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    validity            TEXT NOT NULL,
    picture_sealed      BYTEA NOT NULL,
    PRIMARY KEY (trademark_id, revision)
);

CREATE TABLE app_record (
    id         BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    version    BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE INDEX app_record_account ON app_record (account_id, id);

CREATE TABLE app_record_revision (
    app_record_id   BIGINT NOT NULL REFERENCES app_record (id),
    revision        BIGINT NOT NULL,
    service_name    TEXT NOT NULL,
    principal       TEXT NOT NULL,
    license_number  TEXT NOT NULL,
    approved_on     TEXT NOT NULL,         -- YYYY-MM-DD
    link            TEXT NOT NULL,
    pictures_sealed BYTEA NOT NULL,        -- JSON: entry, running app, page in the store
    PRIMARY KEY (app_record_id, revision)
);

-- What a signature was applied for with, and which revision of it: a later edit changes no signature.
ALTER TABLE signature_revision ADD COLUMN letter_id BIGINT REFERENCES letter (id);
ALTER TABLE signature_revision ADD COLUMN letter_revision BIGINT;
ALTER TABLE signature_revision ADD COLUMN trademark_id BIGINT REFERENCES trademark (id);
ALTER TABLE signature_revision ADD COLUMN trademark_revision BIGINT;
ALTER TABLE signature_revision ADD COLUMN app_record_id BIGINT REFERENCES app_record (id);
ALTER TABLE signature_revision ADD COLUMN app_record_revision BIGINT;

-- At most one complimentary signature for an account.
CREATE UNIQUE INDEX signature_of_system ON signature (account_id) WHERE tag = 3 AND state <> 'deleted';

-- One person may be the administrator of several enterprises: found by a keyed hash of his ID number, over all tenants.
ALTER TABLE qualification_revision ADD COLUMN admin_id_index BIGINT;  -- NULL: stored before there was one
CREATE INDEX qualification_revision_admin ON qualification_revision (admin_id_index);
