-- name: carriers.channels
SELECT id, name, protocol, settings, secret, state, version, changed_ms FROM channel ORDER BY id;

-- name: carriers.channel_named
SELECT id, name, protocol, settings, secret, state, version, changed_ms FROM channel WHERE name = $1;

-- name: carriers.last_channel_id
-- NULL while there is none.
SELECT MAX(id) FROM channel;

-- name: carriers.add_channel
-- Touches no row when somebody else took the id or the name.
INSERT INTO channel (id, name, protocol, settings, secret, state, version, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING;

-- name: carriers.edit_channel
UPDATE channel SET settings = $3, secret = $4, changed_ms = $5, version = version + 1
WHERE id = $1 AND version = $2;

-- name: carriers.step_channel
UPDATE channel SET state = $3, changed_ms = $4, version = version + 1
WHERE id = $1 AND version = $2;

-- name: carriers.listen_ports
-- Counts the changes of who listens where.
SELECT value FROM fact WHERE name = 'listen ports';

-- name: carriers.change_listen_ports
-- Touches no row when somebody else has changed it since $1 was read.
INSERT INTO fact (name, value) VALUES ('listen ports', $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE fact.value = $1;

-- name: carriers.waiting_of_channel
-- Rows of the outbox, in order, with the messages that wait to leave by the channel.
SELECT id, lane, items FROM outbox WHERE channel_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: carriers.channels_there
-- Names of those that were not removed.
SELECT name FROM channel WHERE state <> 'removed' ORDER BY id;

-- name: carriers.anything_waiting
-- A row when messages wait to leave by any channel.
SELECT id FROM outbox ORDER BY id LIMIT 1;

-- name: carriers.production
-- A row, with the time, when the store has been served with carriers or has had a channel.
SELECT value FROM fact WHERE name = 'production';

-- name: carriers.mark_production
INSERT INTO fact (name, value) VALUES ('production', $1) ON CONFLICT (name) DO NOTHING;

-- name: carriers.main_number
-- Of the carrier that servers have in their environment; '' or no row: they have none there.
SELECT value FROM fact WHERE name = 'main number';

-- name: carriers.note_main_number
INSERT INTO fact (name, value) VALUES ('main number', $1)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: carriers.unmark_production sqlite
-- Touches no row while something stands against it.
DELETE FROM fact WHERE name = 'production'
AND NOT EXISTS (SELECT 1 FROM outbox) AND NOT EXISTS (SELECT 1 FROM channel WHERE state <> 'removed');

-- name: carriers.unmark_production postgres
-- A node that runs stands against it too.
DELETE FROM fact WHERE name = 'production'
AND NOT EXISTS (SELECT 1 FROM outbox) AND NOT EXISTS (SELECT 1 FROM channel WHERE state <> 'removed')
AND NOT EXISTS (
    SELECT 1 FROM node_lease
    WHERE clean = 0 AND expires_ms >= (extract(epoch FROM clock_timestamp()) * 1000)::bigint
);
