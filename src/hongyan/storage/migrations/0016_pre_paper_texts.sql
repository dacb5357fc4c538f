-- What was read on papers. A file is read once, however often it is uploaded; the words are kept as they were recognised,
-- and fields are found in them anew whenever somebody looks.

CREATE TABLE paper_text (
    content_hash BYTEA PRIMARY KEY,     -- SHA-256 of the file
    engine       TEXT NOT NULL,         -- what read it; '' when nothing could
    problem      TEXT NOT NULL,         -- why not, a code of ours without "ocr."; '' when it was read
    text_sealed  BYTEA NOT NULL,        -- JSON: pages, lines, places
    read_ms      BIGINT NOT NULL
);
CREATE INDEX paper_content ON paper (content_hash);

-- Revisions whose papers nobody has read yet. Written with the revision; goes with the comparison of form and papers.
CREATE TABLE reading_due (
    kind      TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    revision  BIGINT NOT NULL,
    asked_ms  BIGINT NOT NULL,
    PRIMARY KEY (kind, object_id, revision)
);
CREATE INDEX reading_due_oldest ON reading_due (asked_ms, object_id);

INSERT INTO reading_due (kind, object_id, revision, asked_ms)
SELECT b.kind, b.object_id, b.revision, min(p.created_ms)
FROM paper_binding AS b JOIN paper AS p ON p.id = b.paper_id
WHERE b.kind IN ('qualification', 'letter', 'trademark')
GROUP BY b.kind, b.object_id, b.revision;
