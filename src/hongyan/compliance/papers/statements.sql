-- part: papers
SELECT p.id, p.account_id, p.key_sealed, p.format, p.size, p.pieces, p.content_hash, p.width, p.height, p.pages,
    p.uploader, p.address, p.created_ms, p.bound_ms
FROM paper AS p

-- name: compliance.add_paper
INSERT INTO paper
    (id, account_id, key_index, key_sealed, format, size, pieces, content_hash, width, height, pages, uploader, address,
    created_ms, complete)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0);

-- name: compliance.add_paper_piece
INSERT INTO paper_piece (paper_id, number, sealed) VALUES ($1, $2, $3);

-- name: compliance.complete_paper
-- Touches no row when housekeeping was faster.
UPDATE paper SET complete = 1 WHERE id = $1;

-- name: compliance.papers_of_key
-- The newest first. Two keys may share an index.
{papers} WHERE p.account_id = $1 AND p.key_index = $2 AND p.complete = 1 ORDER BY p.id DESC LIMIT 50;

-- name: compliance.paper
{papers} WHERE p.id = $1 AND p.complete = 1;

-- name: compliance.papers_of_revision
{papers} JOIN paper_binding AS b ON b.paper_id = p.id
WHERE b.kind = $1 AND b.object_id = $2 AND b.revision = $3 ORDER BY p.id;

-- name: compliance.paper_piece
SELECT sealed FROM paper_piece WHERE paper_id = $1 AND number = $2;

-- name: compliance.papers_kept
-- How many there are of an account, and their bytes.
SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM paper WHERE account_id = $1;

-- name: compliance.bind_paper
-- Touches no row when the paper is gone.
UPDATE paper SET bound_ms = coalesce(bound_ms, $2) WHERE id = $1 AND complete = 1;

-- name: compliance.add_paper_binding
INSERT INTO paper_binding (kind, object_id, revision, paper_id) VALUES ($1, $2, $3, $4);

-- name: compliance.let_papers_go
-- Of an object that is deleted.
INSERT INTO papers_let_go (kind, object_id, deleted_ms) VALUES ($1, $2, $3);

-- name: compliance.papers_to_erase
-- Objects that were deleted before a time, the oldest first.
SELECT kind, object_id FROM papers_let_go WHERE deleted_ms < $1 ORDER BY deleted_ms, object_id LIMIT $2;

-- name: compliance.papers_of_object
-- Of all its revisions.
{papers} WHERE p.id IN (SELECT b.paper_id FROM paper_binding AS b WHERE b.kind = $1 AND b.object_id = $2) ORDER BY p.id;

-- name: compliance.others_use_paper
SELECT 1 FROM paper_binding WHERE paper_id = $1 AND (kind <> $2 OR object_id <> $3) LIMIT 1;

-- name: compliance.unbind_paper
DELETE FROM paper_binding WHERE kind = $1 AND object_id = $2 AND paper_id = $3;

-- name: compliance.erase_paper
-- Touches no row when an application has bound it meanwhile.
DELETE FROM paper WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM paper_binding WHERE paper_id = $1);

-- name: compliance.papers_are_erased
DELETE FROM papers_let_go WHERE kind = $1 AND object_id = $2;

-- name: compliance.papers_nobody_uses
-- Complete or not: one that broke off goes with those that were never used.
SELECT id, content_hash FROM paper WHERE bound_ms IS NULL AND created_ms < $1 ORDER BY created_ms LIMIT $2;

-- name: compliance.drop_unused_paper
DELETE FROM paper WHERE id = $1 AND bound_ms IS NULL;

-- name: compliance.drop_paper_pieces
-- Touches no row while there is the paper: an application was faster.
DELETE FROM paper_piece WHERE paper_id = $1 AND NOT EXISTS (SELECT 1 FROM paper WHERE id = $1);
