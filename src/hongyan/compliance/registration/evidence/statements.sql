-- name: compliance.add_evidence sqlite
-- $1: a JSON list of [hour, signature id, network, sender, category, outcome, code, count].
INSERT INTO registration_evidence (hour, signature_id, network, sender, category, outcome, code, count)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
  json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'), json_extract(value, '$[6]'),
  json_extract(value, '$[7]')
FROM json_each($1) WHERE true
ON CONFLICT (signature_id, network, sender, hour, category, outcome, code) DO UPDATE SET
  count = registration_evidence.count + excluded.count;

-- name: compliance.add_evidence postgres
INSERT INTO registration_evidence (hour, signature_id, network, sender, category, outcome, code, count)
SELECT (value->>0)::bigint, (value->>1)::bigint, value->>2, value->>3, (value->>4)::bigint, value->>5, value->>6,
  (value->>7)::bigint
FROM json_array_elements($1::json)
ON CONFLICT (signature_id, network, sender, hour, category, outcome, code) DO UPDATE SET
  count = registration_evidence.count + excluded.count;

-- name: compliance.use_signatures sqlite
-- $1: a JSON list of [signature id, network, sender]; $2: the time. Never back: another node may be ahead.
INSERT INTO signature_use (signature_id, network, sender, used_ms)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), $2
FROM json_each($1) WHERE true
ON CONFLICT (signature_id, network, sender) DO UPDATE SET used_ms = excluded.used_ms
WHERE signature_use.used_ms < excluded.used_ms;

-- name: compliance.use_signatures postgres
INSERT INTO signature_use (signature_id, network, sender, used_ms)
SELECT (value->>0)::bigint, value->>1, value->>2, CAST($2 AS BIGINT)
FROM json_array_elements($1::json)
ON CONFLICT (signature_id, network, sender) DO UPDATE SET used_ms = excluded.used_ms
WHERE signature_use.used_ms < excluded.used_ms;

-- name: compliance.evidence_between
-- Of a signature (0: of all) at a network with a sender ('' of signature 0), in the hours from $4 to before $5, in codes
-- and notices.
SELECT outcome, code, sum(count), min(hour) FROM registration_evidence
WHERE signature_id = $1 AND network = $2 AND sender = $3 AND hour >= $4 AND hour < $5 AND category < 2
GROUP BY outcome, code;

-- name: compliance.signature_uses
-- When a signature was last sent, by network and sender.
SELECT network, sender, used_ms FROM signature_use WHERE signature_id = $1 ORDER BY network, sender;

-- name: compliance.signature_uses_among sqlite
-- The same of several; $1: a JSON list of their numbers.
SELECT signature_id, network, sender, used_ms FROM signature_use WHERE signature_id IN (SELECT value FROM json_each($1));

-- name: compliance.signature_uses_among postgres
SELECT signature_id, network, sender, used_ms FROM signature_use
WHERE signature_id IN (SELECT CAST(json_array_elements_text(CAST($1 AS json)) AS BIGINT));

-- name: compliance.evidence_among sqlite
-- $1: a JSON list of signatures (0: of all); the rest is as in `evidence_between`.
SELECT signature_id, network, sender, outcome, code, sum(count), min(hour) FROM registration_evidence
WHERE signature_id IN (SELECT value FROM json_each($1)) AND hour >= $2 AND hour < $3 AND category < 2
GROUP BY signature_id, network, sender, outcome, code;

-- name: compliance.evidence_among postgres
SELECT signature_id, network, sender, outcome, code, sum(count), min(hour) FROM registration_evidence
WHERE signature_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND hour >= $2 AND hour < $3 AND category < 2
GROUP BY signature_id, network, sender, outcome, code;

-- name: compliance.sent_since
-- Messages by signature and network since an hour.
SELECT signature_id, network, sum(count) FROM registration_evidence
WHERE hour >= $1 AND outcome = 'sent' AND signature_id <> 0 GROUP BY signature_id, network;

-- name: compliance.drop_evidence
-- One hour at a time, the oldest one, when it is before $1.
DELETE FROM registration_evidence WHERE hour = (SELECT min(hour) FROM registration_evidence) AND hour < $1
RETURNING hour;

-- name: compliance.see_alert
-- $6: now; $7: one that was last seen before this is over, and raised anew. Gives back since when it is raised.
INSERT INTO registration_alert (signature_id, network, sender, code, code_class, raised_ms, seen_ms, facts)
VALUES ($1, $2, $3, $4, $5, $6, $6, $8)
ON CONFLICT (signature_id, network, sender, code) DO UPDATE SET seen_ms = excluded.seen_ms, facts = excluded.facts,
  code_class = excluded.code_class,
  raised_ms = CASE WHEN registration_alert.seen_ms < $7 THEN excluded.raised_ms ELSE registration_alert.raised_ms END
RETURNING raised_ms;

-- name: compliance.open_alerts
-- Of a signature ($1 0: of all), seen since $2.
SELECT signature_id, network, sender, code, code_class, raised_ms, seen_ms, facts FROM registration_alert
WHERE (signature_id = $1 OR $1 = 0) AND seen_ms >= $2 ORDER BY raised_ms DESC, signature_id, network, sender, code LIMIT 1000;

-- part: trials
SELECT id, account_id, signature_id, sign_name, network, number, template_code, params, extension_code, due_ms, state,
  message_id, refusal, asked_by, version FROM registration_test

-- name: compliance.add_trial
INSERT INTO registration_test (id, account_id, signature_id, sign_name, network, number, template_code, params,
  extension_code, due_ms, state, asked_by, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1);

-- name: compliance.move_trial
UPDATE registration_test SET state = $3, message_id = $4, refusal = $5, version = version + 1
WHERE id = $1 AND version = $2;

-- name: compliance.due_trials
{trials} WHERE state = 'waiting' AND due_ms <= $1 ORDER BY due_ms, id LIMIT $2;

-- name: compliance.trial
{trials} WHERE id = $1;

-- name: compliance.trials
-- The newest first. $1: a signature's name; $2: a state; '' for all of them.
{trials} WHERE (sign_name = $1 OR $1 = '') AND (state = $2 OR $2 = '') AND id < $3 ORDER BY id DESC LIMIT $4;

-- name: compliance.trials_of
-- The same of the account $5.
{trials} WHERE account_id = $5 AND (sign_name = $1 OR $1 = '') AND (state = $2 OR $2 = '') AND id < $3
ORDER BY id DESC LIMIT $4;

-- name: compliance.trial_counts
-- By number, of a signature, due since $2.
SELECT number, count(*) FROM registration_test WHERE signature_id = $1 AND due_ms >= $2 AND state IN ('waiting', 'sent')
GROUP BY number;
