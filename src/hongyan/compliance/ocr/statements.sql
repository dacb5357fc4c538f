-- name: compliance.ask_for_reading
INSERT INTO reading_due (kind, object_id, revision, asked_ms) VALUES ($1, $2, $3, $4);

-- name: compliance.readings_due
-- The oldest first.
SELECT kind, object_id, revision FROM reading_due ORDER BY asked_ms, object_id LIMIT $1;

-- name: compliance.count_readings_due
SELECT count(*) FROM reading_due;

-- name: compliance.settle_reading
-- Touches no row when somebody else was faster.
DELETE FROM reading_due WHERE kind = $1 AND object_id = $2 AND revision = $3;

-- name: compliance.paper_text
SELECT engine, problem, text_sealed FROM paper_text WHERE content_hash = $1;

-- name: compliance.keep_paper_text
-- Touches no row when the file was read before, or is gone.
INSERT INTO paper_text (content_hash, engine, problem, text_sealed, read_ms)
SELECT p.content_hash, $2, $3, $4, $5 FROM paper AS p WHERE p.content_hash = $1 ORDER BY p.id LIMIT 1
ON CONFLICT (content_hash) DO NOTHING;

-- name: compliance.drop_paper_text
-- For a paper that went; touches no row while there is another one of the same content.
DELETE FROM paper_text WHERE content_hash = $1 AND NOT EXISTS (SELECT 1 FROM paper WHERE content_hash = $1);
