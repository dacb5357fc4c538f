-- name: compliance.signature_for_sending
-- The approved revision, else the newest.
SELECT s.id, s.account_id, s.name, s.approved_revision, r.sign_type
FROM signature AS s
JOIN signature_revision AS r ON r.signature_id = s.id
    AND r.revision = CASE WHEN s.approved_revision > 0 THEN s.approved_revision ELSE s.revision END
WHERE s.account_id = $1 AND s.name = $2 AND s.state <> 'deleted';

-- name: compliance.template_for_sending
SELECT t.id, t.account_id, t.code, r.category, t.approved_revision, r.content, r.rules_json
FROM template AS t
JOIN template_revision AS r ON r.template_id = t.id
    AND r.revision = CASE WHEN t.approved_revision > 0 THEN t.approved_revision ELSE t.revision END
WHERE t.account_id = $1 AND t.code = $2 AND t.state <> 'deleted';
