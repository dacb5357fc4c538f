-- name: compliance.add_template_driving
INSERT INTO template_driving
    (template_id, revision, entry, type, content, variable, company_name, organization_code, icp_number,
    icp_paper_sealed, other_company_because)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- part: driving
SELECT template_id, revision, type, content, variable, company_name, organization_code, icp_number, icp_paper_sealed,
    other_company_because
FROM template_driving

-- name: compliance.driving_of_templates sqlite
-- Of every revision; $1 is a JSON list of numbers of templates.
{driving} WHERE template_id IN (SELECT value FROM json_each($1)) ORDER BY template_id, revision, entry;

-- name: compliance.driving_of_templates postgres
{driving} WHERE template_id IN (SELECT value::bigint FROM json_array_elements_text($1::json))
ORDER BY template_id, revision, entry;

-- name: compliance.hold_template
-- Touches no row when it was changed since it was read; and whoever read it before cannot change it now.
UPDATE template SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: compliance.put_template_tag
INSERT INTO template_tag (template_id, tag_key, tag_value) VALUES ($1, $2, $3)
ON CONFLICT (template_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value;

-- name: compliance.drop_template_tag
DELETE FROM template_tag WHERE template_id = $1 AND tag_key = $2;

-- name: compliance.drop_template_tags
DELETE FROM template_tag WHERE template_id = $1;

-- part: tags
SELECT template_id, tag_key, tag_value FROM template_tag

-- name: compliance.tags_of_templates sqlite
-- $1 is a JSON list of numbers of templates.
{tags} WHERE template_id IN (SELECT value FROM json_each($1)) ORDER BY template_id, tag_key;

-- name: compliance.tags_of_templates postgres
{tags} WHERE template_id IN (SELECT value::bigint FROM json_array_elements_text($1::json))
ORDER BY template_id, tag_key;

-- part: tagged
SELECT x.id, x.code, t.tag_key, t.tag_value
FROM template_tag AS t JOIN template AS x ON x.id = t.template_id
WHERE x.account_id = $1 AND x.state <> 'deleted' AND (x.id > $4 OR (x.id = $4 AND t.tag_key > $5))

-- name: compliance.tagged_templates sqlite
-- Of an account, behind the place of the page before. $2 is a JSON list of codes, empty for all; $3 one of the pairs key
-- and value (null for any) that a template must have.
{tagged}
    AND (CAST($2 AS TEXT) = '[]' OR x.code IN (SELECT value FROM json_each($2)))
    AND NOT EXISTS (
        SELECT 1 FROM json_each($3) AS asked WHERE NOT EXISTS (
            SELECT 1 FROM template_tag AS h
            WHERE h.template_id = x.id AND h.tag_key = json_extract(asked.value, '$[0]')
                AND h.tag_value = coalesce(json_extract(asked.value, '$[1]'), h.tag_value)))
ORDER BY x.id, t.tag_key LIMIT $6;

-- name: compliance.tagged_templates postgres
{tagged}
    AND (CAST($2 AS TEXT) = '[]' OR x.code IN (SELECT json_array_elements_text($2::json)))
    AND NOT EXISTS (
        SELECT 1 FROM json_array_elements($3::json) AS asked (value) WHERE NOT EXISTS (
            SELECT 1 FROM template_tag AS h
            WHERE h.template_id = x.id AND h.tag_key = asked.value ->> 0
                AND h.tag_value = coalesce(asked.value ->> 1, h.tag_value)))
ORDER BY x.id, t.tag_key LIMIT $6;
