-- part: letters
SELECT x.id, x.account_id, x.version, r.revision, x.created_ms, x.name, x.state, x.passed_revision,
    r.authorizer, r.organization_code, r.authorized_party, r.validity, r.scope_json, r.picture_sealed
FROM letter AS x JOIN letter_revision AS r ON r.letter_id = x.id

-- part: trademarks
SELECT x.id, x.account_id, x.version, r.revision, x.created_ms,
    r.name, r.applicant, r.registration_number, r.validity, r.picture_sealed
FROM trademark AS x JOIN trademark_revision AS r ON r.trademark_id = x.id

-- part: app_records
SELECT x.id, x.account_id, x.version, r.revision, x.created_ms,
    r.service_name, r.principal, r.license_number, r.approved_on, r.link, r.pictures_sealed
FROM app_record AS x JOIN app_record_revision AS r ON r.app_record_id = x.id

-- part: one_of_account
WHERE x.id = $1 AND x.account_id = $2 AND r.revision = x.revision

-- part: page_of_account
-- In the order of numbers, after the one of the page before.
WHERE x.account_id = $1 AND r.revision = x.revision AND x.id > $2
ORDER BY x.id LIMIT $3

-- part: revisions
WHERE x.id = $1 ORDER BY r.revision

-- name: compliance.add_letter
-- Touches no row when the number or the name is taken.
INSERT INTO letter (id, account_id, created_ms, name, state, passed_revision, version, revision)
VALUES ($1, $2, $3, $4, $5, $6, 1, 1)
ON CONFLICT DO NOTHING;

-- name: compliance.add_letter_revision
INSERT INTO letter_revision
    (letter_id, revision, authorizer, organization_code, authorized_party, validity, scope_json, picture_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: compliance.add_letter_scope
INSERT INTO letter_scope (letter_id, revision, name) VALUES ($1, $2, $3);

-- name: compliance.edit_letter
UPDATE letter SET revision = $3, state = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.pass_letter
UPDATE letter SET state = $3, passed_revision = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.letter
{letters} {one_of_account};

-- name: compliance.letters_of
{letters} {page_of_account};

-- name: compliance.letter_revisions
{letters} {revisions};

-- name: compliance.letters_among sqlite
-- $1: a JSON list of ids; every revision of each.
{letters} WHERE x.id IN (SELECT value FROM json_each($1)) ORDER BY x.id, r.revision;

-- name: compliance.letters_among postgres
{letters} WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) ORDER BY x.id, r.revision;

-- name: compliance.letter_named
SELECT id FROM letter WHERE account_id = $1 AND name = $2;

-- name: compliance.letter_names
SELECT name FROM letter WHERE account_id = $1;

-- name: compliance.letters_naming
-- Of all accounts.
{letters}
JOIN letter_scope AS s ON s.letter_id = x.id AND s.revision = x.revision
WHERE s.name = $1 AND r.revision = x.revision AND x.id > $2
ORDER BY x.id LIMIT $3;

-- name: compliance.add_trademark
INSERT INTO trademark (id, account_id, created_ms, version, revision) VALUES ($1, $2, $3, 1, 1)
ON CONFLICT DO NOTHING;

-- name: compliance.add_trademark_revision
INSERT INTO trademark_revision
    (trademark_id, revision, name, applicant, registration_number, validity, picture_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: compliance.edit_trademark
UPDATE trademark SET revision = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.trademark
{trademarks} {one_of_account};

-- name: compliance.trademarks_of
{trademarks} {page_of_account};

-- name: compliance.trademarks_among sqlite
{trademarks} WHERE x.id IN (SELECT value FROM json_each($1)) ORDER BY x.id, r.revision;

-- name: compliance.trademarks_among postgres
{trademarks} WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) ORDER BY x.id, r.revision;

-- name: compliance.trademark_revisions
{trademarks} {revisions};

-- name: compliance.add_app_record
INSERT INTO app_record (id, account_id, created_ms, version, revision) VALUES ($1, $2, $3, 1, 1)
ON CONFLICT DO NOTHING;

-- name: compliance.add_app_record_revision
INSERT INTO app_record_revision
    (app_record_id, revision, service_name, principal, license_number, approved_on, link, pictures_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: compliance.edit_app_record
UPDATE app_record SET revision = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.app_record
{app_records} {one_of_account};

-- name: compliance.app_records_of
{app_records} {page_of_account};

-- name: compliance.app_record_revisions
{app_records} {revisions};
