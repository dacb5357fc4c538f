-- name: messaging.outgoing sqlite
-- What dispatch needs of some messages; $1 is a JSON list of ids.
SELECT id, number, access_number, content, segments, expires_ms, state FROM message
WHERE id IN (SELECT value FROM json_each($1));

-- name: messaging.outgoing postgres
SELECT id, number, access_number, content, segments, expires_ms, state FROM message
WHERE id IN (SELECT value::bigint FROM json_array_elements_text($1::json));

-- name: messaging.sent_page
-- Messages of one account to one number in a range of ids, newest first; $5 0 means any request.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE number_hash = $1 AND id >= $2 AND id < $3 AND account_id = $4 AND (biz_id = $5 OR $5 = 0)
ORDER BY id DESC LIMIT $6 OFFSET $7;

-- name: messaging.sent_count
SELECT count(*) FROM message
WHERE number_hash = $1 AND id >= $2 AND id < $3 AND account_id = $4 AND (biz_id = $5 OR $5 = 0);

-- name: messaging.recent
-- Newest first, before an id; $1 0 means every account.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id < $2 AND (account_id = $1 OR $1 = 0) ORDER BY id DESC LIMIT $3;

-- name: messaging.recent_to
-- The same for one number.
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE number_hash = $4 AND id < $2 AND (account_id = $1 OR $1 = 0) ORDER BY id DESC LIMIT $3;

-- name: messaging.message
SELECT id, biz_id, account_id, number, sign_name, template_code, category, content, segments, price, state,
  receipt_code, out_id, accepted_ms, done_ms, uncertain, request_id, access_number,
  EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0)
FROM message WHERE id = $1;

-- name: messaging.parts
SELECT part, parts, attempt, channel_id, coalesce(carrier_id, ''), status, outcome, at_ms, receipt_code, receipt_ms
FROM submission WHERE message_id = $1 ORDER BY attempt, part;

-- name: messaging.account_of_number
-- Whose reply it is: of the newest $3 messages to this handset, one whose sender is what was dialled or begins it; the
-- longest sender, which is the dialled number itself if it is there, and of its messages the newest.
SELECT account_id FROM (
  SELECT id, account_id, access_number FROM message WHERE number_hash = $1 ORDER BY id DESC LIMIT $3
) AS recent
WHERE access_number = substr(CAST($2 AS TEXT), 1, length(access_number))
ORDER BY length(access_number) DESC, id DESC LIMIT 1;

-- name: messaging.keep_reply
-- A new reply, or what a further part has made of it.
INSERT INTO reply (id, account_id, number, number_hash, access_number, content, channel_id, received_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET content = excluded.content;

-- name: messaging.recent_replies
SELECT id, account_id, number, access_number, content, received_ms FROM reply
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
