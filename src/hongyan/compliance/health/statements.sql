-- name: compliance.last_change_of_signature
SELECT max(at_ms) FROM compliance_change WHERE kind = 'signature' AND object_id = $1;

-- name: compliance.ailments_of
SELECT reason, since_ms FROM signature_ailment WHERE signature_id = $1;

-- name: compliance.ailment_counts
SELECT a.reason, count(*) FROM signature_ailment AS a JOIN signature AS x ON x.id = a.signature_id
WHERE x.state <> 'deleted' GROUP BY a.reason;

-- name: compliance.add_ailment
INSERT INTO signature_ailment (signature_id, reason, since_ms) VALUES ($1, $2, $3)
ON CONFLICT (signature_id, reason) DO NOTHING;

-- name: compliance.drop_ailment
DELETE FROM signature_ailment WHERE signature_id = $1 AND reason = $2;

-- name: compliance.signature_named_by_id
SELECT account_id, name FROM signature WHERE id = $1 AND state <> 'deleted';

-- name: compliance.living_signature
SELECT account_id, name FROM signature WHERE account_id = $1 AND name = $2 AND state <> 'deleted';

-- name: compliance.signatures_leaning_on
-- Of an account and the name of its qualification: the signatures that it is the qualification of, as others see them.
SELECT x.account_id, x.name FROM signature AS x
JOIN signature_revision AS r ON r.signature_id = x.id
  AND r.revision = CASE WHEN x.approved_revision > 0 THEN x.approved_revision ELSE x.revision END
JOIN qualification AS q ON q.id = r.qualification_id
WHERE q.account_id = $1 AND q.name = $2 AND x.state <> 'deleted';

-- name: compliance.health_round
-- The day of the newest whole round.
SELECT value FROM fact WHERE name = 'health_round';

-- name: compliance.note_health_round
INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;
