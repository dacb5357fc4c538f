-- name: compliance.last_changes_of_signatures sqlite
-- $1: a JSON list of ids.
SELECT object_id, max(at_ms) FROM compliance_change WHERE kind = 'signature' AND object_id IN (SELECT value FROM json_each($1))
GROUP BY object_id;

-- name: compliance.last_changes_of_signatures postgres
SELECT object_id, max(at_ms) FROM compliance_change WHERE kind = 'signature' AND object_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT))
GROUP BY object_id;

-- name: compliance.ailments_among sqlite
-- $1: a JSON list of signatures.
SELECT signature_id, reason, since_ms FROM signature_ailment WHERE signature_id IN (SELECT value FROM json_each($1));

-- name: compliance.ailments_among postgres
SELECT signature_id, reason, since_ms FROM signature_ailment WHERE signature_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT));

-- name: compliance.ailment_counts
SELECT a.reason, count(*) FROM signature_ailment AS a JOIN signature AS x ON x.id = a.signature_id
WHERE x.state <> 'deleted' GROUP BY a.reason;

-- name: compliance.add_ailments sqlite
-- $1: a JSON list of [signature, reason]; $2: since when.
INSERT INTO signature_ailment (signature_id, reason, since_ms)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), $2 FROM json_each($1) WHERE true
ON CONFLICT (signature_id, reason) DO NOTHING;

-- name: compliance.add_ailments postgres
INSERT INTO signature_ailment (signature_id, reason, since_ms)
SELECT (value->>0)::bigint, value->>1, CAST($2 AS BIGINT) FROM json_array_elements($1::json)
ON CONFLICT (signature_id, reason) DO NOTHING;

-- name: compliance.drop_ailments sqlite
-- $1: a JSON list of [signature, reason].
DELETE FROM signature_ailment WHERE (signature_id, reason) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each($1));

-- name: compliance.drop_ailments postgres
DELETE FROM signature_ailment WHERE (signature_id, reason) IN (
    SELECT (value->>0)::bigint, value->>1 FROM json_array_elements($1::json));

-- part: called
SELECT x.id, x.account_id, x.name FROM signature AS x

-- name: compliance.signatures_called
-- Of an account ($1 0: of all), with a reason that was noticed ($2 '': whatever there is to them), after an id.
{called}
WHERE x.state <> 'deleted' AND (x.account_id = $1 OR $1 = 0) AND x.id > $3
    AND ($2 = '' OR EXISTS (SELECT 1 FROM signature_ailment AS a WHERE a.signature_id = x.id AND a.reason = $2))
ORDER BY x.id LIMIT $4;

-- name: compliance.signatures_called_of
-- A page of an account's, the newest first.
{called} WHERE x.account_id = $1 AND x.state <> 'deleted' ORDER BY x.created_ms DESC, x.id DESC LIMIT $2 OFFSET $3;

-- name: compliance.signature_called_by_id
{called} WHERE x.id = $1 AND x.state <> 'deleted' AND x.id > $2 LIMIT $3;

-- name: compliance.signature_called
{called} WHERE x.account_id = $1 AND x.name = $2 AND x.state <> 'deleted' AND x.id > $3 LIMIT $4;

-- name: compliance.signatures_leaning_on
-- Of an account and the name of its qualification, whose administrator somebody may have become or been: the signatures
-- whose qualification it is, as others see them, and those of every tenant whose qualification has one of its administrators.
{called}
JOIN signature_revision AS r ON r.signature_id = x.id
    AND r.revision = CASE WHEN x.approved_revision > 0 THEN x.approved_revision ELSE x.revision END
WHERE x.state <> 'deleted' AND x.id > $3 AND r.qualification_id IN (
    SELECT q.id FROM qualification AS q WHERE q.account_id = $1 AND q.name = $2
    UNION ALL
    SELECT s.qualification_id
    FROM qualification AS q
    JOIN qualification_revision AS t ON t.qualification_id = q.id
    JOIN qualification_revision AS s ON s.admin_id_index = t.admin_id_index
    WHERE q.account_id = $1 AND q.name = $2)
ORDER BY x.id LIMIT $4;

-- name: compliance.health_fact
SELECT value FROM fact WHERE name = $1;

-- name: compliance.put_health_fact
INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: compliance.drop_health_fact
DELETE FROM fact WHERE name = $1;

-- name: compliance.ahead_among sqlite
-- $1: a JSON list of signatures.
SELECT signature_id, day, reason FROM signature_ailment_ahead WHERE signature_id IN (SELECT value FROM json_each($1));

-- name: compliance.ahead_among postgres
SELECT signature_id, day, reason FROM signature_ailment_ahead WHERE signature_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT));

-- name: compliance.ahead_counts
SELECT a.day, a.reason, count(*) FROM signature_ailment_ahead AS a JOIN signature AS x ON x.id = a.signature_id
WHERE x.state <> 'deleted' GROUP BY a.day, a.reason;

-- name: compliance.signatures_ahead
-- Of an account ($1 0: of all), of which something is to come; after an id.
{called}
WHERE x.state <> 'deleted' AND (x.account_id = $1 OR $1 = 0) AND x.id > $2
    AND x.id IN (SELECT signature_id FROM signature_ailment_ahead)
ORDER BY x.id LIMIT $3;

-- name: compliance.add_ahead sqlite
-- $1: a JSON list of [signature, day, reason].
INSERT INTO signature_ailment_ahead (signature_id, day, reason)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each($1) WHERE true
ON CONFLICT (signature_id, day, reason) DO NOTHING;

-- name: compliance.add_ahead postgres
INSERT INTO signature_ailment_ahead (signature_id, day, reason)
SELECT (value->>0)::bigint, value->>1, value->>2 FROM json_array_elements($1::json)
ON CONFLICT (signature_id, day, reason) DO NOTHING;

-- name: compliance.drop_ahead sqlite
-- $1: a JSON list of [signature, day, reason].
DELETE FROM signature_ailment_ahead WHERE (signature_id, day, reason) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each($1));

-- name: compliance.drop_ahead postgres
DELETE FROM signature_ailment_ahead WHERE (signature_id, day, reason) IN (
    SELECT (value->>0)::bigint, value->>1, value->>2 FROM json_array_elements($1::json));

-- name: compliance.drop_ahead_of_day
DELETE FROM signature_ailment_ahead WHERE day = $1;

-- name: compliance.take_turn
-- $2: until when, and whose it is. Touches no row while somebody else's lasts, from $3 to before $4; one's own ($5) is renewed.
INSERT INTO fact (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE substr(fact.value, 1, 15) < $3 OR substr(fact.value, 1, 15) >= $4 OR substr(fact.value, 17) = $5;

-- name: compliance.end_turn
DELETE FROM fact WHERE name = $1 AND substr(value, 17) = $2;
