-- name: storage.note_clean_stop
-- Written at a graceful stop when no submitted part is without an answer.
INSERT INTO fact (name, value) VALUES ('clean_stop', '1') ON CONFLICT (name) DO NOTHING;

-- name: storage.outbox_after
-- Rows to hand to dispatch, in order.
SELECT id, channel_id, lane, not_before_ms, suspect, items FROM outbox
WHERE channel_id = $1 AND lane = $2 AND id > $3 ORDER BY id LIMIT $4;
