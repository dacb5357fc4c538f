-- part: arrangements
SELECT account_id, sign_name, phones, template_code, params, automatic, after_days, set_by, set_ms, looked_day
FROM keep_alive_arrangement

-- part: keep_plans
SELECT p.id, p.account_id, p.made_ms, p.actor, p.state, p.version,
    (SELECT count(*) FROM keep_alive_item AS i WHERE i.plan_id = p.id),
    (SELECT count(*) FROM keep_alive_item AS i WHERE i.plan_id = p.id AND i.state = 'waiting')
FROM keep_alive_plan AS p

-- part: keep_item
i.plan_id, i.position, i.account_id, i.signature_id, i.sign_name, i.registration_id, i.network, i.sender, i.extension_code,
    i.number, i.template_code, i.params, i.due_ms, i.state, i.trial_id, i.why

-- name: compliance.keep_arrangements
-- $1: of an account, 0 for all of them.
{arrangements} WHERE account_id = $1 OR $1 = 0 ORDER BY account_id, sign_name;

-- name: compliance.automatic_arrangements
-- That were not looked at since before day $1.
{arrangements} WHERE automatic = 1 AND looked_day < $1 ORDER BY account_id, sign_name;

-- name: compliance.set_keep_arrangement
INSERT INTO keep_alive_arrangement (account_id, sign_name, phones, template_code, params, automatic, after_days, set_by,
    set_ms, looked_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
ON CONFLICT (account_id, sign_name) DO UPDATE SET phones = excluded.phones, template_code = excluded.template_code,
    params = excluded.params, automatic = excluded.automatic, after_days = excluded.after_days, set_by = excluded.set_by,
    set_ms = excluded.set_ms, looked_day = 0;

-- name: compliance.drop_keep_arrangement
DELETE FROM keep_alive_arrangement WHERE account_id = $1 AND sign_name = $2;

-- name: compliance.look_at_keep_arrangement
-- One node a day.
UPDATE keep_alive_arrangement SET looked_day = $3 WHERE account_id = $1 AND sign_name = $2 AND looked_day < $3;

-- name: compliance.newest_keep_plan
SELECT coalesce(max(id), 0) FROM keep_alive_plan;

-- name: compliance.keep_plan
{keep_plans} WHERE p.id = $1;

-- name: compliance.keep_plans
-- Of an account ($1 0: all), the newest first.
{keep_plans} WHERE p.account_id = $1 OR CAST($1 AS BIGINT) = 0 ORDER BY p.id DESC LIMIT $2;

-- name: compliance.running_keep_plans
{keep_plans} WHERE p.state = 'running' ORDER BY p.id;

-- name: compliance.add_keep_plan
INSERT INTO keep_alive_plan (id, account_id, made_ms, actor, state, version) VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT DO NOTHING;

-- name: compliance.move_keep_plan
UPDATE keep_alive_plan SET state = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.add_keep_item
INSERT INTO keep_alive_item (plan_id, position, account_id, signature_id, sign_name, registration_id, network, sender,
    extension_code, number, template_code, params, due_ms, state, trial_id, why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting', NULL, '');

-- name: compliance.due_keep_items
-- Of plans that run.
SELECT {keep_item} FROM keep_alive_item AS i JOIN keep_alive_plan AS p ON p.id = i.plan_id
WHERE p.state = 'running' AND i.state = 'waiting' AND i.due_ms <= $1 ORDER BY i.due_ms, i.plan_id, i.position LIMIT $2;

-- name: compliance.waiting_keep_items
-- Of plans that run or are paused.
SELECT {keep_item} FROM keep_alive_item AS i JOIN keep_alive_plan AS p ON p.id = i.plan_id
WHERE p.state IN ('running', 'paused') AND i.state = 'waiting';

-- name: compliance.move_keep_item
UPDATE keep_alive_item SET state = $4, why = $5 WHERE plan_id = $1 AND position = $2 AND state = $3;

-- name: compliance.note_keep_trial
UPDATE keep_alive_item SET trial_id = $3 WHERE plan_id = $1 AND position = $2;

-- name: compliance.cancel_keep_items
UPDATE keep_alive_item SET state = 'cancelled' WHERE plan_id = $1 AND state = 'waiting';

-- name: compliance.keep_item_views
-- With the test send that each became, and when its place was last sent from.
SELECT {keep_item}, t.state, t.message_id, coalesce(t.refusal, ''), u.used_ms
FROM keep_alive_item AS i
LEFT JOIN registration_test AS t ON t.id = i.trial_id
LEFT JOIN signature_use AS u ON u.signature_id = i.signature_id AND u.network = i.network AND u.sender = i.sender
WHERE i.plan_id = $1 ORDER BY i.position;
