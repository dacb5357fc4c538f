-- name: storage.note_clean_stop sqlite
-- Written at a graceful stop when no submitted part is without an answer.
INSERT INTO fact (name, value) VALUES ('clean_stop', '1') ON CONFLICT (name) DO NOTHING;

-- name: storage.note_clean_stop postgres
UPDATE node_lease SET clean = 1 WHERE lease = current_setting('hongyan.lease')::bigint;

-- name: storage.outbox_channels sqlite
-- Channels for which something waits.
SELECT DISTINCT channel_id FROM outbox;

-- name: storage.outbox_channels postgres
-- In the rows of this node's lease.
SELECT DISTINCT channel_id FROM outbox WHERE lease = current_setting('hongyan.lease')::bigint;

-- name: storage.outbox_after sqlite
-- Rows to hand to dispatch, in order.
SELECT id, channel_id, lane, not_before_ms, suspect, items FROM outbox
WHERE channel_id = $1 AND lane = $2 AND id > $3 ORDER BY id LIMIT $4;

-- name: storage.outbox_after postgres
-- Those of this node's lease.
SELECT id, channel_id, lane, not_before_ms, suspect, items FROM outbox
WHERE lease = current_setting('hongyan.lease')::bigint AND channel_id = $1 AND lane = $2 AND id > $3
ORDER BY id LIMIT $4;
