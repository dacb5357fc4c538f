-- name: compliance.freezes
-- All that are in force, the newest first.
SELECT kind, account_id, label, frozen_by, because, since_ms, actor FROM frozen
ORDER BY since_ms DESC, kind, account_id, label, frozen_by;

-- name: compliance.freezes_of_account
-- The newest first. All kinds are named, so that the primary key serves.
SELECT kind, account_id, label, frozen_by, because, since_ms, actor FROM frozen
WHERE kind IN ('signature', 'template', 'account') AND account_id = $1
ORDER BY since_ms DESC, kind, label, frozen_by;

-- name: compliance.freezes_among sqlite
-- $1: a JSON list of accounts. All kinds are named, so that the primary key serves.
SELECT kind, account_id, label, frozen_by, because, since_ms, actor FROM frozen
WHERE kind IN ('signature', 'template', 'account') AND account_id IN (SELECT value FROM json_each($1));

-- name: compliance.freezes_among postgres
SELECT kind, account_id, label, frozen_by, because, since_ms, actor FROM frozen
WHERE kind IN ('signature', 'template', 'account') AND account_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT));

-- name: compliance.freezes_of
SELECT kind, account_id, label, frozen_by, because, since_ms, actor FROM frozen
WHERE kind = $1 AND account_id = $2 AND label = $3;

-- name: compliance.add_freeze
-- Touches no row when the same has frozen it already.
INSERT INTO frozen (kind, account_id, label, frozen_by, because, since_ms, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;

-- name: compliance.renew_freeze
-- Another reason for one that is in force since $6.
UPDATE frozen SET because = $5, actor = $7
WHERE kind = $1 AND account_id = $2 AND label = $3 AND frozen_by = $4 AND since_ms = $6;

-- name: compliance.lift_freeze
DELETE FROM frozen WHERE kind = $1 AND account_id = $2 AND label = $3 AND frozen_by = $4;

-- name: compliance.signature_exists
SELECT id FROM signature WHERE account_id = $1 AND name = $2 AND state <> 'deleted';

-- name: compliance.template_exists
SELECT id FROM template WHERE account_id = $1 AND code = $2 AND state <> 'deleted';
