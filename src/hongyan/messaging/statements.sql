-- name: messaging.outgoing sqlite
-- What dispatch needs of some messages; $1 is a JSON list of ids.
SELECT id, number, access_number, content, expires_ms, account_id, signature_id, sign_name, template_code, category, network
FROM message
WHERE id IN (SELECT value FROM json_each($1));

-- name: messaging.outgoing postgres
SELECT id, number, access_number, content, expires_ms, account_id, signature_id, sign_name, template_code, category, network
FROM message
WHERE id IN (SELECT value::bigint FROM json_array_elements_text($1::json));

-- name: messaging.to_move
-- What decides about another channel for a message; the last column: it is open, and no carrier may have any of it.
SELECT number, number_hash, category, account_id, signature_id, access_number, content, passed_over,
  state = 'accepted' AND uncertain = 0
  AND NOT EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id = $1;

-- name: messaging.states_after
-- For looking at each message once, in the order of their ids.
SELECT id, state FROM message WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3;

-- name: messaging.looked_until
-- How far a look has come.
SELECT value FROM fact WHERE name = $1;

-- name: messaging.look_until
-- Never back: another node may be ahead.
INSERT INTO fact (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE CAST(fact.value AS BIGINT) < CAST(excluded.value AS BIGINT);

-- name: messaging.sent_page
-- Messages of one account to one number in a range of ids, newest first; $5 0 means any request.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number, channel_id, passed_over,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE number_hash = $1 AND id >= $2 AND id < $3 AND account_id = $4 AND (biz_id = $5 OR $5 = 0)
ORDER BY id DESC LIMIT $6 OFFSET $7;

-- name: messaging.sent_count
SELECT count(*) FROM message
WHERE number_hash = $1 AND id >= $2 AND id < $3 AND account_id = $4 AND (biz_id = $5 OR $5 = 0);

-- name: messaging.recent
-- Newest first, before an id; $1 0 means every account.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number, channel_id, passed_over,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id < $2 AND (account_id = $1 OR $1 = 0) ORDER BY id DESC LIMIT $3;

-- name: messaging.recent_to
-- The same for one number.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number, channel_id, passed_over,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE number_hash = $4 AND id < $2 AND (account_id = $1 OR $1 = 0) ORDER BY id DESC LIMIT $3;

-- name: messaging.message
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number, channel_id, passed_over,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id = $1;

-- name: messaging.request
-- All messages of a request, among the ids from $1 (its first message) to before $2.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number, channel_id, passed_over,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id >= $1 AND id < $2 AND biz_id = $1 ORDER BY id;

-- name: messaging.parts
SELECT part, parts, attempt, channel_id, coalesce(carrier_id, ''), status, outcome, at_ms, receipt_code, receipt_ms,
  error
FROM submission WHERE message_id = $1 ORDER BY attempt, part;

-- name: messaging.owner_of_number
-- Whose reply it is: of the newest $3 messages to this handset, one whose sender is what was dialled or begins it; the
-- longest sender, which is the dialled number itself if it is there, and of its messages the newest. Not shorter than $4,
-- nor older than the id $5.
SELECT account_id, signature_id FROM (
  SELECT id, account_id, signature_id, access_number FROM message
  WHERE number_hash = $1 AND id >= $5 ORDER BY id DESC LIMIT $3
) AS recent
WHERE access_number = substr(CAST($2 AS TEXT), 1, length(access_number)) AND length(access_number) >= CAST($4 AS BIGINT)
ORDER BY length(access_number) DESC, id DESC LIMIT 1;

-- name: messaging.delivered_by_sender
-- Of an account's messages from an id on. Walks those of everybody.
SELECT signature_id, channel_id, access_number, count(*) FROM message
WHERE id >= $1 AND account_id = $2 AND state = 'delivered' GROUP BY signature_id, channel_id, access_number;

-- name: messaging.keep_reply
-- A new reply, or what a further part has made of it.
INSERT INTO reply (id, account_id, number, number_hash, access_number, content, channel_id, received_ms,
  signature_id, extension_code)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET content = excluded.content;

-- name: messaging.know_reply
-- $1: the hash of what a carrier calls a text, known until $2. Touches nothing while it is known ($3: now).
INSERT INTO reply_key (key, until_ms) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET until_ms = excluded.until_ms WHERE reply_key.until_ms <= $3;

-- name: messaging.recent_replies
SELECT id, account_id, number, access_number, content, received_ms, signature_id, extension_code FROM reply
WHERE id < $2 AND (account_id = $1 OR $1 = 0) ORDER BY id DESC LIMIT $3;

-- name: messaging.usage
-- Counters of one account ($1 0: of all) since a Beijing day.
SELECT sum(accepted), sum(segments), sum(delivered), sum(failed), sum(held), sum(charged), sum(uncertain) FROM (
  SELECT accepted, segments, delivered, failed, held, charged, uncertain FROM usage_day
  WHERE day >= $2 AND (account_id = $1 OR $1 = 0)
  UNION ALL
  SELECT accepted, segments, delivered, failed, held, charged, uncertain FROM usage_delta
  WHERE day >= $2 AND (account_id = $1 OR $1 = 0)
) AS counted;

-- name: messaging.ported_number
SELECT carrier, since_ms, source FROM ported_number WHERE number_hash = $1;

-- name: messaging.ported_page
-- In the order of the hashes, after one of them.
SELECT number_hash, carrier FROM ported_number WHERE number_hash > $1 ORDER BY number_hash LIMIT $2;

-- name: messaging.ported_some sqlite
-- Those of some numbers that are there; $1 is a JSON list of hashes.
SELECT number_hash, carrier FROM ported_number WHERE number_hash IN (SELECT value FROM json_each($1));

-- name: messaging.ported_some postgres
SELECT number_hash, carrier FROM ported_number
WHERE number_hash IN (SELECT value::bigint FROM json_array_elements_text($1::json));

-- name: messaging.ported_counts
SELECT carrier, count(*) FROM ported_number GROUP BY carrier;

-- name: messaging.port_number
INSERT INTO ported_number (number_hash, carrier, since_ms, source) VALUES ($1, $2, $3, $4)
ON CONFLICT (number_hash) DO UPDATE SET
  carrier = excluded.carrier, since_ms = excluded.since_ms, source = excluded.source;

-- name: messaging.keep_ported sqlite
-- $1 is a JSON list of [hash, carrier, since]. What is known changes when another carrier is named, not an older one.
INSERT INTO ported_number (number_hash, carrier, since_ms, source)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), $2
FROM json_each($1) WHERE true
ON CONFLICT (number_hash) DO UPDATE SET
  carrier = excluded.carrier, since_ms = excluded.since_ms, source = excluded.source
WHERE ported_number.carrier <> excluded.carrier AND ported_number.since_ms <= excluded.since_ms
RETURNING number_hash;

-- name: messaging.keep_ported postgres
INSERT INTO ported_number (number_hash, carrier, since_ms, source)
SELECT (value->>0)::bigint, value->>1, (value->>2)::bigint, CAST($2 AS TEXT)
FROM json_array_elements($1::json)
ON CONFLICT (number_hash) DO UPDATE SET
  carrier = excluded.carrier, since_ms = excluded.since_ms, source = excluded.source
WHERE ported_number.carrier <> excluded.carrier AND ported_number.since_ms <= excluded.since_ms
RETURNING number_hash;

-- name: messaging.unport_number
DELETE FROM ported_number WHERE number_hash = $1;
