-- Uploaded papers: pictures and documents that applications are proved with. A row and its pieces are never changed; what
-- is uploaded again under a key is another paper. Columns named *_sealed, and the pieces, are encrypted by the vault.

CREATE TABLE paper (
    id           BIGINT PRIMARY KEY,
    account_id   BIGINT NOT NULL REFERENCES account (id),
    key_index    BIGINT NOT NULL,          -- keyed hash of the key by which the tenant names it
    key_sealed   BYTEA NOT NULL,
    format       TEXT NOT NULL CHECK (format IN ('jpeg', 'png', 'gif', 'pdf', 'doc', 'docx')),
    size         BIGINT NOT NULL,
    pieces       BIGINT NOT NULL,
    content_hash BYTEA NOT NULL,           -- SHA-256
    width        BIGINT NOT NULL,          -- of a picture, 0 for documents
    height       BIGINT NOT NULL,
    pages        BIGINT NOT NULL,          -- of a document; frames of a picture
    uploader     TEXT NOT NULL,
    address      TEXT NOT NULL,            -- that it came from
    created_ms   BIGINT NOT NULL,
    complete     BIGINT NOT NULL,          -- 1 once every piece is stored
    bound_ms     BIGINT                    -- when an application first used it; NULL: goes a day after its upload
);
CREATE INDEX paper_key ON paper (account_id, key_index);
CREATE INDEX paper_unbound ON paper (created_ms) WHERE bound_ms IS NULL;

CREATE TABLE paper_piece (
    paper_id BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    sealed   BYTEA NOT NULL,
    PRIMARY KEY (paper_id, number)
);

-- Which papers a revision of something was applied for with.
CREATE TABLE paper_binding (
    kind      TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    revision  BIGINT NOT NULL,
    paper_id  BIGINT NOT NULL REFERENCES paper (id),
    PRIMARY KEY (kind, object_id, revision, paper_id)
);
