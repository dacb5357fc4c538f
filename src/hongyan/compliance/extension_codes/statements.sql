-- part: extension_codes
SELECT x.code, x.account_id, x.signature_id, s.name, x.is_primary, x.source, x.assigned_ms, x.released_ms,
    x.held_until_ms, x.version
FROM extension_code AS x JOIN signature AS s ON s.id = x.signature_id

-- part: extension_code_filters
-- 0, '' and NULL leave a filter out; $4: also those whose quarantine ends after it.
(x.account_id = $1 OR $1 = 0) AND (s.name = $2 OR $2 = '') AND (x.code = $3 OR $3 = '')
    AND (x.released_ms IS NULL OR x.held_until_ms > CAST($4 AS BIGINT))

-- name: compliance.extension_code
{extension_codes} WHERE x.code = $1;

-- name: compliance.extension_codes_of
-- A signature's, the oldest first.
{extension_codes} WHERE x.signature_id = $1 AND x.released_ms IS NULL ORDER BY x.assigned_ms, x.code;

-- name: compliance.extension_codes_where
-- The newest first.
{extension_codes}
WHERE {extension_code_filters}
ORDER BY x.assigned_ms DESC, x.code LIMIT $5 OFFSET $6;

-- name: compliance.count_extension_codes
SELECT count(*) FROM extension_code AS x JOIN signature AS s ON s.id = x.signature_id
WHERE {extension_code_filters};

-- name: compliance.longest_extension_code
-- Of an account; $1 0: of all.
{extension_codes}
WHERE x.released_ms IS NULL AND (x.account_id = $1 OR $1 = 0) ORDER BY length(x.code) DESC, x.code LIMIT 1;

-- name: compliance.accounts_with_signature
SELECT account_id FROM signature WHERE name = $1 AND state <> 'deleted' ORDER BY account_id LIMIT 100;

-- name: compliance.signature_to_hold
SELECT id, version FROM signature WHERE account_id = $1 AND name = $2 AND state <> 'deleted';

-- name: compliance.hold_signature
-- Touches no row when it was changed since it was read; and whoever read it before cannot change it now.
UPDATE signature SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.turn_of_extension_codes
SELECT value FROM fact WHERE name = 'extension_codes';

-- name: compliance.take_turn_of_extension_codes
-- Touches no row when any code was changed since it was read.
UPDATE fact SET value = $2 WHERE name = 'extension_codes' AND value = $1;

-- name: compliance.overlapping_codes
-- Codes of other accounts that begin $3, or that it begins.
SELECT x.code FROM extension_code AS x
WHERE x.account_id <> $1 AND (x.released_ms IS NULL OR x.held_until_ms > $2)
    AND (substr(CAST($3 AS TEXT), 1, length(x.code)) = x.code
        OR substr(x.code, 1, length(CAST($3 AS TEXT))) = $3)
ORDER BY x.code LIMIT 10;

-- name: compliance.count_codes_of_others
-- Assigned to other signatures of the account; and of everybody, those in quarantine too.
SELECT (SELECT count(*) FROM extension_code WHERE account_id = $1 AND signature_id <> $2 AND released_ms IS NULL),
    (SELECT count(*) FROM extension_code WHERE released_ms IS NULL OR held_until_ms > $3);

-- name: compliance.put_extension_code
-- Touches no row when it was changed since version $7; 0: since nobody had it.
INSERT INTO extension_code (code, account_id, signature_id, is_primary, source, assigned_ms, version)
VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT) + 1)
ON CONFLICT (code) DO UPDATE SET
    account_id = excluded.account_id, signature_id = excluded.signature_id, is_primary = excluded.is_primary,
    source = excluded.source, assigned_ms = excluded.assigned_ms, released_ms = NULL, held_until_ms = NULL,
    version = excluded.version
WHERE extension_code.version = excluded.version - 1;

-- name: compliance.release_extension_code
UPDATE extension_code SET is_primary = 0, released_ms = $3, held_until_ms = $4, version = version + 1
WHERE code = $1 AND version = $2;

-- name: compliance.unset_primary_code
UPDATE extension_code SET is_primary = 0, version = version + 1 WHERE signature_id = $1 AND is_primary = 1;

-- name: compliance.set_primary_code
UPDATE extension_code SET is_primary = 1, version = version + 1 WHERE code = $1 AND version = $2;

-- part: held_codes
-- What `extension_codes.memory` remembers.
SELECT code, account_id, signature_id, is_primary, held_until_ms FROM extension_code

-- name: compliance.held_codes_after
{held_codes} WHERE code > $1 AND (released_ms IS NULL OR held_until_ms > $2) ORDER BY code LIMIT $3;

-- name: compliance.held_codes_among sqlite
-- $1 is a JSON list of codes.
{held_codes} WHERE code IN (SELECT value FROM json_each($1));

-- name: compliance.held_codes_among postgres
{held_codes} WHERE code IN (SELECT json_array_elements_text($1::json));
