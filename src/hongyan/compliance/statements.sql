-- part: named_standing
-- What `reviews.read_standing` reads, of objects that people know by a name.
x.id, x.account_id, x.name, x.state, x.version, x.revision, x.approved_revision, x.order_id, x.created_ms,
    o.decided_ms, coalesce(o.reason, '')

-- part: coded_standing
x.id, x.account_id, x.code, x.state, x.version, x.revision, x.approved_revision, x.order_id, x.created_ms,
    o.decided_ms, coalesce(o.reason, '')

-- part: shown_revision
-- The material that others see: the approved one, else the newest.
CASE WHEN x.approved_revision > 0 THEN x.approved_revision ELSE x.revision END

-- part: qualifications
SELECT {named_standing},
    r.revision, r.use_by_self, r.shared, r.company_type, r.company_name, r.organization_code, r.license_validity,
    r.legal_person_name_sealed, r.legal_person_id_type, r.legal_person_id_sealed, r.legal_person_id_validity,
    r.admin_name_sealed, r.admin_id_type, r.admin_id_sealed, r.admin_id_validity, r.admin_phone_sealed,
    r.papers_sealed, r.remark
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id
LEFT JOIN review_order AS o ON o.id = x.order_id

-- part: signatures
SELECT {named_standing},
    x.tag, r.revision, r.sign_type, r.source, r.third_party, r.qualification_id, r.apply_scene, r.remark,
    r.papers_sealed, r.letter_id, r.trademark_id, r.app_record_id,
    r.letter_revision, r.trademark_revision, r.app_record_revision, coalesce(l.passed_revision, 0), r.industry,
    r.paper_kinds
FROM signature AS x
JOIN signature_revision AS r ON r.signature_id = x.id
LEFT JOIN letter AS l ON l.id = r.letter_id
LEFT JOIN review_order AS o ON o.id = x.order_id

-- part: templates
SELECT {coded_standing},
    x.tag, r.revision, r.name, r.category, r.international_type, r.content, r.rules_json,
    coalesce(s.name, ''), r.apply_scene, r.remark, r.papers_sealed
FROM template AS x
JOIN template_revision AS r ON r.template_id = x.id
LEFT JOIN signature AS s ON s.id = r.signature_id
LEFT JOIN review_order AS o ON o.id = x.order_id

-- part: of_order
-- The revision that an order is about, whoever applied.
JOIN review_order AS p ON p.object_id = x.id AND p.revision = r.revision
WHERE p.id = $1

-- part: qualification_filters
-- '' and NULL leave a filter out.
x.account_id = $1 AND x.state <> 'deleted' AND r.revision = x.revision
    AND ($2 = '' OR x.name = $2)
    AND ($3 = '' OR r.company_name = $3)
    AND (CAST($4 AS BIGINT) IS NULL OR r.legal_person_name_index = CAST($4 AS BIGINT))
    AND (CAST($5 AS BIGINT) IS NULL OR r.use_by_self = CAST($5 AS BIGINT))
    AND (CAST($6 AS BIGINT) IS NULL OR x.order_id = CAST($6 AS BIGINT))
    AND ($7 = '' OR x.state IN ($7, $8, $9))

-- part: template_filters
-- '' and NULL leave a filter out. $5, $6, $7: states, as others see them; $9: a tag's key, or its key:value.
x.account_id = $1 AND x.state <> 'deleted' AND r.revision = {shown_revision}
    AND ($2 = '' OR x.code = $2)
    AND ($3 = '' OR replace(r.name, $3, '') <> r.name)
    AND (CAST($4 AS BIGINT) IS NULL OR r.category = CAST($4 AS BIGINT))
    AND ($5 = '' OR CASE WHEN x.approved_revision > 0 THEN 'approved' ELSE x.state END IN ($5, $6, $7))
    AND ($8 = '' OR s.name = $8)
    AND ($9 = '' OR EXISTS (
        SELECT 1 FROM template_tag AS t
        WHERE t.template_id = x.id AND (t.tag_key = $9 OR t.tag_key || ':' || t.tag_value = $9)))
    AND (CAST($10 AS BIGINT) IS NULL
        OR CASE WHEN x.approved_revision > 0 THEN 1 ELSE 0 END = CAST($10 AS BIGINT))

-- part: orders
SELECT id, account_id, kind, object_id, revision, label, submitted_ms, verdict, reviewer, reason, decided_ms,
    promised_ms, turn, first_approver, claimed_by, claimed_until_ms
FROM review_order

-- name: compliance.signature_for_sending
SELECT x.id, x.account_id, x.name, x.approved_revision, r.sign_type
FROM signature AS x
JOIN signature_revision AS r ON r.signature_id = x.id AND r.revision = {shown_revision}
WHERE x.account_id = $1 AND x.name = $2 AND x.state <> 'deleted';

-- name: compliance.template_for_sending
SELECT x.id, x.account_id, x.code, r.category, x.approved_revision, r.content, r.rules_json
FROM template AS x
JOIN template_revision AS r ON r.template_id = x.id AND r.revision = {shown_revision}
WHERE x.account_id = $1 AND x.code = $2 AND x.state <> 'deleted';

-- name: compliance.add_review_order
INSERT INTO review_order (id, account_id, kind, object_id, revision, label, submitted_ms, promised_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING;

-- name: compliance.close_review_order
-- Touches no row when it was decided, or somebody has claimed it since it was read.
UPDATE review_order SET verdict = $3, reviewer = $4, reason = $5, decided_ms = $6
WHERE id = $1 AND turn = $2 AND verdict IS NULL;

-- name: compliance.claim_review_order
-- NULLs give it back. Touches no row when somebody else was faster.
UPDATE review_order SET claimed_by = $3, claimed_until_ms = $4, turn = turn + 1
WHERE id = $1 AND turn = $2 AND verdict IS NULL;

-- name: compliance.amend_review_order
-- Whoever decides by what was said before decides again.
UPDATE review_order SET turn = turn + 1 WHERE id = $1 AND turn = $2 AND verdict IS NULL;

-- name: compliance.approve_review_order_first
-- Back into the queue, for a second person.
UPDATE review_order SET first_approver = $3, claimed_by = NULL, claimed_until_ms = NULL, turn = turn + 1
WHERE id = $1 AND turn = $2 AND verdict IS NULL AND first_approver IS NULL;

-- name: compliance.review_order
{orders} WHERE id = $1;

-- name: compliance.open_review_orders
-- What is promised first comes first, after the position of the page before.
{orders}
WHERE verdict IS NULL AND (promised_ms, submitted_ms, id) > ($1, $2, $3)
ORDER BY promised_ms, submitted_ms, id LIMIT $4;

-- name: compliance.orders_of
{orders}
WHERE kind = $1 AND object_id = $2;

-- name: compliance.add_change
INSERT INTO compliance_change
    (id, at_ms, account_id, kind, object_id, revision, order_id, actor, door, address, event, before_state,
    after_state, reason, changed_json)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: compliance.deletions_since
-- Signatures and templates that were deleted; $1: the first id of a change that counts.
SELECT c.id, c.kind, c.object_id, c.account_id, COALESCE(t.code, '')
FROM compliance_change AS c LEFT JOIN template AS t ON c.kind = 'template' AND t.id = c.object_id
WHERE c.id >= $1 AND c.event = 'delete' AND c.kind IN ('signature', 'template');

-- part: changes
SELECT id, at_ms, order_id, revision, actor, door, address, event, before_state, after_state, reason, changed_json
FROM compliance_change

-- name: compliance.changes_of
{changes} WHERE kind = $1 AND object_id = $2 ORDER BY id LIMIT 500;

-- name: compliance.changes_after
-- Of one account's objects, or with NULL of everybody's.
{changes}
WHERE kind = $1 AND object_id = $2 AND id > $4
    AND (CAST($3 AS BIGINT) IS NULL OR account_id = CAST($3 AS BIGINT))
ORDER BY id LIMIT $5;

-- name: compliance.standing_of_qualification
SELECT {named_standing}
FROM qualification AS x LEFT JOIN review_order AS o ON o.id = x.order_id
WHERE x.id = $1;

-- name: compliance.move_qualification
UPDATE qualification SET state = $3, revision = $4, approved_revision = $5, order_id = $6, version = version + 1
WHERE id = $1 AND version = $2;

-- name: compliance.standing_of_signature
SELECT {named_standing}
FROM signature AS x LEFT JOIN review_order AS o ON o.id = x.order_id
WHERE x.id = $1;

-- name: compliance.move_signature
UPDATE signature SET state = $3, revision = $4, approved_revision = $5, order_id = $6, version = version + 1
WHERE id = $1 AND version = $2;

-- name: compliance.standing_of_template
SELECT {coded_standing}
FROM template AS x LEFT JOIN review_order AS o ON o.id = x.order_id
WHERE x.id = $1;

-- name: compliance.move_template
UPDATE template SET state = $3, revision = $4, approved_revision = $5, order_id = $6, version = version + 1
WHERE id = $1 AND version = $2;

-- name: compliance.phone_codes_since
-- What was sent to a number lately, by any account; the newest first.
SELECT sequence, account_id, sent_ms FROM phone_code
WHERE number_index = $1 AND sent_ms > $2 ORDER BY sequence DESC;

-- name: compliance.drop_old_phone_codes
DELETE FROM phone_code WHERE sent_ms <= $1;

-- name: compliance.add_phone_code
-- Touches no row when another code of this number was faster.
INSERT INTO phone_code (number_index, sequence, account_id, code_hash, sent_ms, expires_ms, attempts)
VALUES ($1, $2, $3, $4, $5, $6, 0)
ON CONFLICT DO NOTHING;

-- name: compliance.live_phone_code
-- The newest code that this account asked for; older ones are dead.
SELECT sequence, code_hash, expires_ms, attempts, used_ms FROM phone_code
WHERE number_index = $1 AND account_id = $2 ORDER BY sequence DESC LIMIT 1;

-- name: compliance.miss_phone_code
UPDATE phone_code SET attempts = attempts + 1
WHERE number_index = $1 AND sequence = $2 AND attempts = $3 AND used_ms IS NULL;

-- name: compliance.use_phone_code
UPDATE phone_code SET used_ms = $4
WHERE number_index = $1 AND sequence = $2 AND attempts = $3 AND used_ms IS NULL;

-- name: compliance.add_qualification
-- Touches no row when the number or the name is taken.
INSERT INTO qualification
    (id, account_id, name, state, version, revision, approved_revision, order_id, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING;

-- name: compliance.add_qualification_revision
INSERT INTO qualification_revision
    (qualification_id, revision, use_by_self, shared, company_type, company_name, organization_code,
    license_validity, legal_person_name_sealed, legal_person_name_index, legal_person_id_type,
    legal_person_id_sealed, legal_person_id_validity, admin_name_sealed, admin_id_type, admin_id_sealed,
    admin_id_validity, admin_phone_sealed, papers_sealed, remark, admin_id_index)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- name: compliance.same_qualification
SELECT x.id
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id AND r.revision = x.revision
WHERE x.account_id = $1 AND x.id <> $2 AND x.state <> 'deleted'
    AND r.organization_code = $3 AND r.use_by_self = $4 AND r.admin_id_index = $5;

-- name: compliance.qualifications_without_admin_index
-- Stored before there was one.
SELECT qualification_id, revision, admin_id_type, admin_id_sealed FROM qualification_revision
WHERE admin_id_index IS NULL LIMIT 100;

-- name: compliance.index_admin
UPDATE qualification_revision SET admin_id_index = $3 WHERE qualification_id = $1 AND revision = $2;

-- part: counts_as_tie
-- What was only tried does not.
y.state IN ('pending', 'changing', 'in_review', 'approved') OR (y.approved_revision > 0 AND y.state <> 'deleted')

-- name: compliance.tied_qualifications
-- Those with the administrator of one, itself among them, of all accounts; what was only tried does not count.
SELECT DISTINCT y.account_id, y.id, s.organization_code
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id AND r.revision = x.revision
JOIN qualification_revision AS s ON s.admin_id_index = r.admin_id_index
JOIN qualification AS y ON y.id = s.qualification_id AND s.revision IN (y.revision, y.approved_revision)
WHERE x.id = $1 AND ({counts_as_tie})
ORDER BY y.account_id, y.id;

-- name: compliance.enterprises_of_admins sqlite
-- $1: a JSON list of qualifications. For how many enterprises the administrator stands that is in force in each.
SELECT x.id, count(DISTINCT s.organization_code)
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id AND r.revision = {shown_revision}
JOIN qualification_revision AS s ON s.admin_id_index = r.admin_id_index
JOIN qualification AS y ON y.id = s.qualification_id AND s.revision IN (y.revision, y.approved_revision)
WHERE x.id IN (SELECT value FROM json_each($1)) AND ({counts_as_tie})
GROUP BY x.id;

-- name: compliance.enterprises_of_admins postgres
SELECT x.id, count(DISTINCT s.organization_code)
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id AND r.revision = {shown_revision}
JOIN qualification_revision AS s ON s.admin_id_index = r.admin_id_index
JOIN qualification AS y ON y.id = s.qualification_id AND s.revision IN (y.revision, y.approved_revision)
WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND ({counts_as_tie})
GROUP BY x.id;

-- name: compliance.qualification
-- With its newest revision, or with the one of an order.
{qualifications}
WHERE x.id = $1 AND x.account_id = $2 AND x.state <> 'deleted'
    AND r.revision = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN x.revision ELSE
        (SELECT p.revision FROM review_order AS p
         WHERE p.id = CAST($3 AS BIGINT) AND p.kind = 'qualification' AND p.object_id = x.id) END;

-- name: compliance.qualifications_in_force sqlite
-- $1: a JSON list of numbers. With the revision that was approved last, the newest where none ever was.
{qualifications}
WHERE x.id IN (SELECT value FROM json_each($1)) AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.qualifications_in_force postgres
{qualifications}
WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.qualification_of_order
{qualifications}
{of_order} AND p.kind = 'qualification';

-- name: compliance.qualification_revisions
{qualifications}
WHERE x.id = $1 ORDER BY r.revision;

-- name: compliance.hold_qualification
-- Touches no row when it was changed since it was read; and whoever read it before cannot change it now.
UPDATE qualification SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.qualification_named
SELECT id FROM qualification WHERE account_id = $1 AND name = $2 AND state <> 'deleted';

-- name: compliance.count_qualifications
SELECT count(*)
FROM qualification AS x
JOIN qualification_revision AS r ON r.qualification_id = x.id
WHERE {qualification_filters};

-- name: compliance.qualifications_of
-- The newest first.
{qualifications}
WHERE {qualification_filters}
ORDER BY x.created_ms DESC, x.id DESC LIMIT $10 OFFSET $11;

-- part: leans_on_qualification
x.state <> 'deleted' AND EXISTS (
    SELECT 1 FROM signature_revision AS r
    WHERE r.signature_id = x.id AND r.qualification_id = $1 AND r.revision IN (x.revision, x.approved_revision)
)

-- name: compliance.signatures_on_qualification
-- A complimentary one goes with its qualification, unless a change of it is under review.
SELECT count(*) FROM signature AS x
WHERE {leans_on_qualification} AND (x.tag <> 3 OR x.state IN ('pending', 'changing', 'in_review'));

-- name: compliance.complimentary_of_qualification
SELECT {named_standing}
FROM signature AS x LEFT JOIN review_order AS o ON o.id = x.order_id
WHERE {leans_on_qualification} AND x.tag = 3;

-- name: compliance.add_signature
-- Touches no row when the name is taken.
INSERT INTO signature
    (id, account_id, name, state, version, revision, approved_revision, order_id, created_ms, tag)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING;

-- name: compliance.add_signature_revision
INSERT INTO signature_revision
    (signature_id, revision, sign_type, source, third_party, qualification_id, apply_scene, remark, papers_sealed,
    letter_id, trademark_id, app_record_id, letter_revision, trademark_revision, app_record_revision, industry,
    paper_kinds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: compliance.set_industry
-- A reviewer says this of a revision, and what its papers are.
UPDATE signature_revision SET industry = $3 WHERE signature_id = $1 AND revision = $2;

-- name: compliance.set_paper_kinds
UPDATE signature_revision SET paper_kinds = $3 WHERE signature_id = $1 AND revision = $2;

-- name: compliance.signature
{signatures}
WHERE x.account_id = $1 AND x.name = $2 AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.signatures_among sqlite
-- $1: a JSON list of ids.
{signatures}
WHERE x.id IN (SELECT value FROM json_each($1)) AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.signatures_among postgres
{signatures}
WHERE x.id IN (SELECT CAST(json_array_elements_text($1::json) AS BIGINT)) AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.signature_of_order
{signatures}
{of_order} AND p.kind = 'signature';

-- name: compliance.signature_of_system
SELECT name FROM signature WHERE account_id = $1 AND tag = 3 AND state <> 'deleted';

-- name: compliance.newest_usable_signature
-- Applied for, before given by the platform.
SELECT name FROM signature
WHERE account_id = $1 AND approved_revision > 0 AND state <> 'deleted'
ORDER BY tag, created_ms DESC, id DESC LIMIT 1;

-- name: compliance.signature_named
SELECT name FROM signature WHERE account_id = $1 AND name = $2 AND state <> 'deleted';

-- name: compliance.signature_revisions
{signatures}
WHERE x.id = $1 ORDER BY r.revision;

-- name: compliance.all_signatures
-- Of all tenants, after an id.
{signatures}
WHERE x.id > $1 AND x.state <> 'deleted' AND r.revision = {shown_revision}
ORDER BY x.id LIMIT $2;

-- name: compliance.count_signatures
SELECT count(*) FROM signature WHERE account_id = $1 AND state <> 'deleted';

-- name: compliance.signatures_of
-- The newest first.
{signatures}
WHERE x.account_id = $1 AND x.state <> 'deleted' AND r.revision = {shown_revision}
ORDER BY x.created_ms DESC, x.id DESC LIMIT $2 OFFSET $3;

-- name: compliance.add_template
-- Touches no row when the code is taken.
INSERT INTO template
    (id, account_id, code, state, version, revision, approved_revision, order_id, created_ms, tag)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING;

-- name: compliance.add_template_revision
INSERT INTO template_revision
    (template_id, revision, name, category, international_type, content, rules_json, signature_id, apply_scene,
    remark, papers_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: compliance.template
{templates}
WHERE x.account_id = $1 AND x.code = $2 AND x.state <> 'deleted' AND r.revision = {shown_revision};

-- name: compliance.template_of_order
{templates}
{of_order} AND p.kind = 'template';

-- name: compliance.template_revisions
{templates}
WHERE x.id = $1 ORDER BY r.revision;

-- name: compliance.template_of_system
SELECT code FROM template WHERE account_id = $1 AND tag = 3 AND state <> 'deleted';

-- name: compliance.all_templates
-- Of all tenants, after an id.
{templates}
WHERE x.id > $1 AND x.state <> 'deleted' AND r.revision = {shown_revision}
ORDER BY x.id LIMIT $2;

-- name: compliance.count_templates
SELECT count(*)
FROM template AS x
JOIN template_revision AS r ON r.template_id = x.id
LEFT JOIN signature AS s ON s.id = r.signature_id
WHERE {template_filters};

-- name: compliance.templates_of
-- The newest first.
{templates}
WHERE {template_filters}
ORDER BY x.created_ms DESC, x.id DESC LIMIT $11 OFFSET $12;

-- name: compliance.applications
SELECT version, last_ms FROM application_count WHERE account_id = $1 AND kind = $2;

-- name: compliance.first_application
-- Touches no row when another one was faster.
INSERT INTO application_count (account_id, kind, version, last_ms) VALUES ($1, $2, 1, $3)
ON CONFLICT DO NOTHING;

-- name: compliance.next_application
UPDATE application_count SET version = version + 1, last_ms = $4
WHERE account_id = $1 AND kind = $2 AND version = $3;

-- part: tally
-- How many are kept, and how many are new since a time.
count(CASE WHEN state <> 'deleted' THEN 1 END), count(CASE WHEN created_ms >= $2 THEN 1 END)

-- name: compliance.tally_qualifications
SELECT {tally} FROM qualification WHERE account_id = $1;

-- name: compliance.tally_signatures
SELECT {tally} FROM signature WHERE account_id = $1 AND tag <> 3;

-- name: compliance.tally_templates
SELECT {tally} FROM template WHERE account_id = $1 AND tag <> 3;
