-- Extension codes: digits behind the access number, one signature's on the whole platform. A row says where a code stands;
-- the audit trail says whose it was before.
CREATE TABLE extension_code (
    code          TEXT PRIMARY KEY CHECK (code ~ '^[0-9]+$'),
    account_id    BIGINT NOT NULL REFERENCES account (id),
    signature_id  BIGINT NOT NULL REFERENCES signature (id),
    is_primary    BIGINT NOT NULL,         -- stands in the sender of the signature's messages
    source        TEXT NOT NULL CHECK (source IN ('tenant', 'platform')),
    assigned_ms   BIGINT NOT NULL,
    released_ms   BIGINT,                  -- NULL: assigned
    held_until_ms BIGINT,                  -- released: until then nobody else gets it
    version       BIGINT NOT NULL,
    CHECK ((released_ms IS NULL) = (held_until_ms IS NULL) AND (released_ms IS NULL OR is_primary = 0))
);
CREATE INDEX extension_code_signature ON extension_code (signature_id);
CREATE INDEX extension_code_account ON extension_code (account_id);
CREATE UNIQUE INDEX extension_code_primary ON extension_code (signature_id) WHERE is_primary = 1;

-- Counts changes of codes: each is decided by what the one before has left.
INSERT INTO fact (name, value) VALUES ('extension_codes', '0');

-- Whose reply it is, beyond the account: the signature, and the digits that are the tenant's own.
ALTER TABLE reply ADD COLUMN signature_id BIGINT;
ALTER TABLE reply ADD COLUMN extension_code TEXT NOT NULL DEFAULT '';
