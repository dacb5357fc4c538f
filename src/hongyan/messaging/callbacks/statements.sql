-- part: subscriptions
SELECT account_id, type, url, secret_sealed, changed_ms FROM callback_subscription

-- name: messaging.callback_subscription
{subscriptions} WHERE account_id = $1 AND type = $2;

-- name: messaging.callback_subscriptions_of
{subscriptions} WHERE account_id = $1 ORDER BY type;

-- name: messaging.set_callback
INSERT INTO callback_subscription (account_id, type, url, secret_sealed, changed_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (account_id, type) DO UPDATE
SET url = excluded.url, secret_sealed = excluded.secret_sealed, changed_ms = excluded.changed_ms;

-- name: messaging.remove_callback
DELETE FROM callback_subscription WHERE account_id = $1 AND type = $2;

-- name: messaging.add_callback
-- Touches no row where nobody asked for it.
INSERT INTO callback_delivery
    (id, account_id, type, facts, state, attempts, due_ms, created_ms, status, error)
SELECT CAST($1 AS BIGINT), account_id, type, $4, 'pending', 0, CAST($5 AS BIGINT), CAST($5 AS BIGINT), 0, ''
FROM callback_subscription WHERE account_id = $2 AND type = $3;

-- part: deliveries
SELECT id, account_id, type, facts, state, attempts, due_ms, created_ms, done_ms, status, error

-- name: messaging.due_callbacks
-- A few of each account, so that one whose program is slow keeps nobody waiting.
{deliveries} FROM (
    SELECT d.*, row_number() OVER (PARTITION BY account_id ORDER BY due_ms, id) AS turn
    FROM callback_delivery AS d WHERE state = 'pending' AND due_ms <= $1
) AS waiting
WHERE turn <= $2 ORDER BY due_ms, id LIMIT $3;

-- name: messaging.callback_delivery
{deliveries} FROM callback_delivery WHERE id = $1 AND account_id = $2;

-- name: messaging.callback_deliveries_of
-- The newest first, before the id of the page before; '' leaves the state out.
{deliveries} FROM callback_delivery
WHERE account_id = $1 AND id < $2 AND ($3 = '' OR state = $3)
ORDER BY id DESC LIMIT $4;

-- name: messaging.lease_callback
-- Touches no row when another node was faster.
UPDATE callback_delivery SET attempts = attempts + 1, due_ms = $3
WHERE id = $1 AND attempts = $2 AND state = 'pending';

-- name: messaging.settle_callback
-- Touches no row when its lease ran out and another attempt began.
UPDATE callback_delivery SET state = $3, due_ms = $4, done_ms = $5, status = $6, error = $7
WHERE id = $1 AND attempts = $2 AND state = 'pending';

-- name: messaging.resend_callback
UPDATE callback_delivery SET state = 'pending', attempts = 0, due_ms = $3, done_ms = NULL
WHERE id = $1 AND state = $2;

-- name: messaging.drop_old_callbacks
-- A bounded number at a time.
DELETE FROM callback_delivery WHERE id IN (
    SELECT id FROM callback_delivery WHERE done_ms <= $1 ORDER BY done_ms LIMIT 500
);
