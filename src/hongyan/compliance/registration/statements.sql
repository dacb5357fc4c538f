-- part: registrations
SELECT x.id, x.account_id, x.signature_id, s.name, x.network, x.channel_id, x.access_number, x.extension_code, x.state,
    x.reason, x.signature_revision, x.qualification_id, x.qualification_revision, x.registrar, x.simulated, x.started_ms,
    x.filed_ms, x.reference, x.answered_ms, x.since_ms, x.inferred, x.because, x.doubt, x.version
FROM registration AS x JOIN signature AS s ON s.id = x.signature_id

-- part: registration_filters
-- 0 and '' leave a filter out; $9: only those that wait for their registrar; $10 0: none that were filed with nobody.
s.state <> 'deleted' AND (x.account_id = $1 OR $1 = 0) AND (x.signature_id = $2 OR $2 = 0) AND (s.name = $3 OR $3 = '')
    AND (x.network = $4 OR $4 = '') AND (x.state = $5 OR $5 = '') AND (x.reason = $6 OR $6 = '')
    AND (x.sender = $7 OR $7 = '') AND (x.registrar = $8 OR $8 = '')
    AND (x.state = 'registering' AND x.filed_ms IS NULL OR CAST($9 AS BIGINT) = 0) AND (x.simulated = 0 OR CAST($10 AS BIGINT) = 1)

-- part: registration_subjects
-- What is filed: a revision of a signature, and the approved one of its qualification.
SELECT x.id, x.account_id, x.name, x.version, r.revision, r.third_party, r.qualification_id,
    coalesce(q.approved_revision, 0), a.kind
FROM signature AS x
JOIN signature_revision AS r ON r.signature_id = x.id
JOIN account AS a ON a.id = x.account_id
LEFT JOIN qualification AS q ON q.id = r.qualification_id

-- name: compliance.registration
{registrations} WHERE x.id = $1;

-- name: compliance.registration_at
{registrations} WHERE x.signature_id = $1 AND x.network = $2 AND x.sender = $3;

-- name: compliance.registrations_of
-- A signature's.
{registrations} WHERE x.signature_id = $1 ORDER BY x.sender, x.network;

-- name: compliance.registrations_where
-- By their ids; $11: behind this one.
{registrations} WHERE {registration_filters} AND x.id > $11 ORDER BY x.id LIMIT $12;

-- name: compliance.count_registrations
SELECT count(*) FROM registration AS x JOIN signature AS s ON s.id = x.signature_id WHERE {registration_filters};

-- name: compliance.registrations_after
-- What `registration.memory` remembers.
{registrations} WHERE x.id > $1 AND s.state <> 'deleted' ORDER BY x.id LIMIT $2;

-- name: compliance.registrations_among sqlite
-- $1 is a JSON list of numbers of signatures.
{registrations} WHERE x.signature_id IN (SELECT value FROM json_each($1)) AND s.state <> 'deleted' ORDER BY x.sender, x.id;

-- name: compliance.registrations_among postgres
{registrations}
WHERE x.signature_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND s.state <> 'deleted'
ORDER BY x.sender, x.id;

-- name: compliance.codes_among sqlite
-- The extension codes that some signatures have; $1 is a JSON list of their numbers.
SELECT signature_id, code FROM extension_code
WHERE signature_id IN (SELECT value FROM json_each($1)) AND released_ms IS NULL;

-- name: compliance.codes_among postgres
SELECT signature_id, code FROM extension_code
WHERE signature_id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND released_ms IS NULL;

-- name: compliance.registrations_by_state
-- How many, by network, state, and whether they were filed with nobody.
SELECT x.network, x.state, x.simulated, count(*) FROM registration AS x JOIN signature AS s ON s.id = x.signature_id
WHERE s.state <> 'deleted' GROUP BY x.network, x.state, x.simulated;

-- name: compliance.silent_registrations
-- What lapses one day, of an account ($1 0: of all): neither that state nor a send of the signature is younger than $2.
-- $3 0: none that were filed with nobody; by their ids, behind $4.
{registrations}
WHERE x.state IN ('awaiting_verification', 'success') AND s.state <> 'deleted' AND (x.account_id = $1 OR $1 = 0)
    AND x.since_ms < $2 AND (x.simulated = 0 OR CAST($3 AS BIGINT) = 1) AND x.id > $4
    AND NOT EXISTS (SELECT 1 FROM signature_use AS u WHERE u.signature_id = x.signature_id AND u.used_ms >= $2)
ORDER BY x.id LIMIT $5;

-- name: compliance.signatures_at_sender
-- Other signatures that are, or shall be, registered under a number; $4 0: those that were filed with nobody do not count.
SELECT DISTINCT x.signature_id, s.name FROM registration AS x JOIN signature AS s ON s.id = x.signature_id
WHERE x.sender = $1 AND x.network = $2 AND x.signature_id <> $3
    AND x.state IN ('registering', 'awaiting_verification', 'success') AND (x.simulated = 0 OR CAST($4 AS BIGINT) = 1)
ORDER BY x.signature_id LIMIT 10;

-- name: compliance.sender_turn
-- How often something began at a number; no row when nothing did.
SELECT turn FROM sender_turn WHERE sender = $1 AND network = $2;

-- name: compliance.turn_sender
-- Touches no row when somebody else had a turn behind $3.
INSERT INTO sender_turn (sender, network, turn) VALUES ($1, $2, 1)
ON CONFLICT (sender, network) DO UPDATE SET turn = sender_turn.turn + 1 WHERE sender_turn.turn = $3;

-- name: compliance.answered_registrations
-- How long a network took lately: when it was filed, when answered. What was brought along was not waited for.
SELECT filed_ms, answered_ms FROM registration
WHERE network = $1 AND simulated = 0 AND answered_ms > filed_ms AND answered_ms > $2
ORDER BY answered_ms DESC LIMIT $3;

-- name: compliance.add_registration
-- Touches no row when it exists.
INSERT INTO registration (id, account_id, signature_id, network, sender, channel_id, access_number, extension_code, state,
    reason, signature_revision, qualification_id, qualification_revision, registrar, simulated, started_ms, filed_ms,
    reference, answered_ms, since_ms, inferred, because, doubt, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, 1)
ON CONFLICT DO NOTHING;

-- name: compliance.move_registration
UPDATE registration SET channel_id = $3, state = $4, reason = $5, signature_revision = $6, qualification_id = $7,
    qualification_revision = $8, registrar = $9, simulated = $10, started_ms = $11, filed_ms = $12, reference = $13,
    answered_ms = $14, since_ms = $15, inferred = $16, because = $17, doubt = $18, version = version + 1
WHERE id = $1 AND version = $2;

-- name: compliance.add_registration_step
INSERT INTO registration_step (id, registration_id, at_ms, actor, door, address, event, before_state, after_state, reason,
    registrar, sent, came_back)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: compliance.registration_steps
-- In order, behind the one of id $2.
SELECT id, registration_id, at_ms, actor, door, address, event, before_state, after_state, reason, registrar, sent,
    came_back
FROM registration_step WHERE registration_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: compliance.registration_subject
-- As it will be when this revision is approved.
{registration_subjects} WHERE x.id = $1 AND r.revision = $2;

-- name: compliance.registration_subject_named
{registration_subjects}
WHERE x.account_id = $1 AND x.name = $2 AND x.state <> 'deleted' AND r.revision = x.approved_revision;

-- name: compliance.registration_subjects_on
-- Approved signatures on a qualification.
{registration_subjects}
WHERE r.qualification_id = $1 AND x.state <> 'deleted' AND r.revision = x.approved_revision ORDER BY x.id;

-- name: compliance.registration_subjects_among sqlite
-- $1: a JSON list of approved signatures.
{registration_subjects}
WHERE x.id IN (SELECT value FROM json_each($1)) AND x.state <> 'deleted' AND r.revision = x.approved_revision;

-- name: compliance.registration_subjects_among postgres
{registration_subjects}
WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND x.state <> 'deleted' AND r.revision = x.approved_revision;
