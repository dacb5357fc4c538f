-- part: plans
SELECT id, made_ms, actor, wave_size, days, waves, state, wave, wave_ms, version FROM registration_plan

-- part: plan_items
SELECT position, wave, account_id, signature_id, sign_name, network, traffic, state, why FROM registration_plan_item

-- name: compliance.wave_plan
{plans} WHERE id = $1;

-- name: compliance.wave_plans
-- The newest first.
{plans} ORDER BY id DESC LIMIT $1;

-- name: compliance.running_wave_plans
{plans} WHERE state = 'running' ORDER BY id;

-- name: compliance.newest_wave_plan
SELECT coalesce(max(id), 0) FROM registration_plan;

-- name: compliance.add_wave_plan
INSERT INTO registration_plan (id, made_ms, actor, wave_size, days, waves, state, wave, wave_ms, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, NULL, 1) ON CONFLICT DO NOTHING;

-- name: compliance.add_wave_items sqlite
-- $2: a JSON list of [position, wave, account id, signature id, name, network, traffic].
INSERT INTO registration_plan_item (plan_id, position, wave, account_id, signature_id, sign_name, network, traffic,
    state, why)
SELECT $1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
    json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'), json_extract(value, '$[6]'),
    'waiting', ''
FROM json_each($2) WHERE true;

-- name: compliance.add_wave_items postgres
INSERT INTO registration_plan_item (plan_id, position, wave, account_id, signature_id, sign_name, network, traffic,
    state, why)
SELECT CAST($1 AS BIGINT), (value->>0)::bigint, (value->>1)::bigint, (value->>2)::bigint, (value->>3)::bigint, value->>4,
    value->>5, (value->>6)::bigint, 'waiting', ''
FROM json_array_elements($2::json);

-- name: compliance.move_wave_plan
UPDATE registration_plan SET state = $3, wave = $4, wave_ms = $5, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.wave_items
{plan_items} WHERE plan_id = $1 ORDER BY position;

-- name: compliance.waiting_wave_items
{plan_items} WHERE plan_id = $1 AND wave = $2 AND state = 'waiting' ORDER BY position LIMIT $3;

-- name: compliance.settle_wave_item
UPDATE registration_plan_item SET state = $3, why = $4 WHERE plan_id = $1 AND position = $2 AND state = 'waiting';

-- name: compliance.unanswered_of_wave
-- Registrations of the signatures of a wave that carriers have not answered.
SELECT count(*) FROM registration_plan_item AS i
JOIN registration AS r ON r.signature_id = i.signature_id AND r.network = i.network
WHERE i.plan_id = $1 AND i.wave = $2 AND i.state = 'started' AND r.state = 'registering';

-- name: compliance.count_wave_items
SELECT wave, state, count(*) FROM registration_plan_item WHERE plan_id = $1 GROUP BY wave, state ORDER BY wave, state;
