-- name: identity.add_account
-- Touches no row when the name is taken, or when there is a root already.
INSERT INTO account (id, kind, name, company_name, uscc, created_ms)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: identity.account
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE id = $1;

-- name: identity.account_named
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE name = $1;

-- name: identity.root_account
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE kind = 'root';

-- name: identity.accounts
-- A page in the order of creation, after the id of the page before.
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE id > $1 ORDER BY id LIMIT $2;

-- name: identity.accounts_among sqlite
-- $1: a JSON list of ids.
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE id IN (SELECT value FROM json_each($1));

-- name: identity.accounts_among postgres
SELECT id, kind, name, company_name, uscc, created_ms FROM account WHERE id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT));

-- name: identity.add_access_key
INSERT INTO access_key (id, account_id, name, secret, created_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING;

-- name: identity.access_key
SELECT id, secret, account_id, disabled_ms FROM access_key WHERE id = $1;

-- name: identity.access_keys_of
SELECT id, account_id, name, created_ms, disabled_ms FROM access_key
WHERE account_id = $1 ORDER BY created_ms, id;

-- name: identity.access_keys
-- A page in the order of ids, after the id of the page before.
SELECT id, account_id, name, created_ms, disabled_ms FROM access_key WHERE id > $1 ORDER BY id LIMIT $2;

-- name: identity.disable_access_key
UPDATE access_key SET disabled_ms = $2 WHERE id = $1 AND disabled_ms IS NULL;

-- name: identity.reseal_access_key
UPDATE access_key SET secret = $2 WHERE id = $1;

-- name: identity.add_person
INSERT INTO person (id, account_id, login, name, language, role, password_hash, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING;

-- name: identity.person_by_login
SELECT id, account_id, login, name, language, role, password_hash FROM person WHERE login = $1;

-- name: identity.change_password
UPDATE person SET password_hash = $2 WHERE id = $1;

-- name: identity.change_language
UPDATE person SET language = $2 WHERE id = $1;

-- name: identity.add_login_session
INSERT INTO login_session (token_hash, person_id, created_ms, seen_ms, expires_ms)
VALUES ($1, $2, $3, $4, $5);

-- name: identity.login_session
SELECT p.id, p.account_id, p.login, p.name, p.language, p.role, s.created_ms, s.seen_ms, s.expires_ms
FROM login_session AS s JOIN person AS p ON p.id = s.person_id
WHERE s.token_hash = $1;

-- name: identity.see_login_session
UPDATE login_session SET seen_ms = $2, expires_ms = $3 WHERE token_hash = $1;

-- name: identity.close_login_session
DELETE FROM login_session WHERE token_hash = $1;

-- name: identity.close_login_sessions_of
DELETE FROM login_session WHERE person_id = $1;

-- name: identity.drop_expired_login_sessions
DELETE FROM login_session WHERE expires_ms <= $1;

-- name: identity.add_audit_event
INSERT INTO audit_event (id, at_ms, account_id, actor, action, object, facts_json)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: identity.audit_events_of
-- The newest first, before the id of the page before.
SELECT id, at_ms, account_id, actor, action, object, facts_json FROM audit_event
WHERE account_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- name: identity.once_key
SELECT request FROM once_key WHERE key_index = $1 AND used_ms > $2;

-- name: identity.drop_old_once_keys
DELETE FROM once_key WHERE used_ms <= $1;

-- name: identity.use_once_key
-- Touches no row when the key was used before.
INSERT INTO once_key (key_index, request, used_ms, made) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING;

-- name: identity.made_with_once_key
SELECT made FROM once_key WHERE key_index = $1;
