-- part: offer_columns
-- Of $1, a JSON list: [turn, channel, access number, longest sender, network, account (0: everybody's)].
SELECT CAST(value->>0 AS BIGINT) AS turn, CAST(value->>1 AS BIGINT) AS channel_id, value->>2 AS access_number,
    CAST(value->>3 AS BIGINT) AS longest, value->>4 AS network, CAST(value->>5 AS BIGINT) AS account_id

-- part: offer_sqlite
offer AS ({offer_columns} FROM json_each($1))

-- part: offer_postgres
offer AS ({offer_columns} FROM json_array_elements(CAST($1 AS json)))

-- part: matrix
-- $2 account, $3 signature, $4 its name, $5 network, $6 state, $7 reason, $8 sender, $9 registrar: 0 and '' leave a filter
-- out. $10: only those that wait for their registrar. $11 1: what was filed with nobody counts. $12 1: also numbers that a
-- signature has no more. $13: of deleted signatures 0 none, 1 only, 2 too. $14, $15: the first and the last signature.
-- `place`: as `places.places_of` has it; of several channels of one number the first.
place AS (
    SELECT s.id AS signature_id, o.network AS network, o.access_number || coalesce(c.code, '') AS sender,
        min(o.turn) AS turn
    FROM signature AS s
    LEFT JOIN extension_code AS c ON c.signature_id = s.id AND c.released_ms IS NULL
    JOIN offer AS o ON (o.account_id = 0 OR o.account_id = s.account_id)
        AND length(o.access_number) + length(coalesce(c.code, '')) <= o.longest
    WHERE s.state <> 'deleted' AND s.approved_revision > 0 AND (s.account_id = $2 OR $2 = 0)
        AND (s.id = $3 OR $3 = 0) AND (s.name = $4 OR $4 = '') AND s.id >= $14 AND s.id <= $15
    GROUP BY s.id, o.network, o.access_number || coalesce(c.code, '')
), spot AS (
    SELECT signature_id, network, sender, turn FROM place WHERE CAST($13 AS BIGINT) <> 1
    UNION ALL
    SELECT x.signature_id, x.network, x.sender, -1
    FROM registration AS x JOIN signature AS s ON s.id = x.signature_id
    WHERE CAST($12 AS BIGINT) = 1 AND (CASE WHEN s.state = 'deleted' THEN 1 ELSE 0 END = $13 OR CAST($13 AS BIGINT) = 2)
        AND (s.account_id = $2 OR $2 = 0) AND (s.id = $3 OR $3 = 0) AND (s.name = $4 OR $4 = '')
        AND x.signature_id >= $14 AND x.signature_id <= $15
        AND (x.simulated = 0 OR CAST($11 AS BIGINT) = 1)
        AND NOT EXISTS (
            SELECT 1 FROM place AS p
            WHERE p.signature_id = x.signature_id AND p.network = x.network AND p.sender = x.sender
        )
), cell AS (
    SELECT coalesce(x.id, 0) AS id, s.account_id, s.id AS signature_id, s.name AS sign_name, t.network,
        coalesce(x.channel_id, o.channel_id) AS channel_id, coalesce(x.access_number, o.access_number) AS access_number,
        coalesce(x.extension_code, substr(t.sender, length(o.access_number) + 1)) AS extension_code,
        coalesce(x.state, 'not_registered') AS state,
        CASE WHEN x.id IS NOT NULL THEN x.reason
            WHEN r.qualification_id IS NULL THEN 'UNBINDING_QUA'
            WHEN coalesce(q.approved_revision, 0) = 0 OR a.kind = 'individual' AND r.third_party = 0
            THEN 'BINDING_INCOMPLETE_QUA'
            ELSE 'NON_REGISTER' END AS reason,
        coalesce(x.signature_revision, s.approved_revision) AS signature_revision,
        CASE WHEN x.id IS NULL THEN r.qualification_id ELSE x.qualification_id END AS qualification_id,
        coalesce(x.qualification_revision, q.approved_revision, 0) AS qualification_revision,
        coalesce(x.registrar, '') AS registrar, coalesce(x.simulated, 0) AS simulated, x.started_ms, x.filed_ms,
        coalesce(x.reference, '') AS reference, x.answered_ms, coalesce(x.since_ms, 0) AS since_ms,
        coalesce(x.inferred, '') AS inferred, coalesce(x.because, '{}') AS because, coalesce(x.doubt, 0) AS doubt,
        coalesce(x.version, 0) AS version, t.sender,
        CASE t.network WHEN 'mobile' THEN 0 WHEN 'unicom' THEN 1 WHEN 'telecom' THEN 2 ELSE 3 END AS network_order,
        CASE WHEN t.turn < 0 THEN 1 ELSE 0 END AS is_past, CASE WHEN s.state = 'deleted' THEN 1 ELSE 0 END AS is_deleted
    FROM spot AS t
    JOIN signature AS s ON s.id = t.signature_id
    JOIN account AS a ON a.id = s.account_id
    LEFT JOIN signature_revision AS r ON r.signature_id = s.id AND r.revision = s.approved_revision
    LEFT JOIN qualification AS q ON q.id = r.qualification_id
    LEFT JOIN offer AS o ON o.turn = t.turn
    LEFT JOIN registration AS x ON x.signature_id = t.signature_id AND x.network = t.network AND x.sender = t.sender
        AND (x.simulated = 0 OR CAST($11 AS BIGINT) = 1)
)

-- part: matrix_filters
(network = $5 OR $5 = '') AND (state = $6 OR $6 = '') AND (reason = $7 OR $7 = '') AND (sender = $8 OR $8 = '')
    AND (registrar = $9 OR $9 = '') AND (state = 'registering' AND filed_ms IS NULL OR CAST($10 AS BIGINT) = 0)

-- part: page_of_matrix
-- By signature, number and network, behind those of $16, $17, $18; at most $19.
SELECT id, account_id, signature_id, sign_name, network, channel_id, access_number, extension_code, state, reason,
    signature_revision, qualification_id, qualification_revision, registrar, simulated, started_ms, filed_ms, reference,
    answered_ms, since_ms, inferred, because, doubt, version, is_past, is_deleted
FROM cell
WHERE {matrix_filters} AND (signature_id, sender, network_order) > ($16, $17, CAST($18 AS BIGINT))
ORDER BY signature_id, sender, network_order LIMIT $19

-- name: compliance.registration_matrix sqlite
WITH {offer_sqlite}, {matrix} {page_of_matrix};

-- name: compliance.registration_matrix postgres
WITH {offer_postgres}, {matrix} {page_of_matrix};

-- name: compliance.count_registration_matrix sqlite
WITH {offer_sqlite}, {matrix} SELECT count(*) FROM cell WHERE {matrix_filters};

-- name: compliance.count_registration_matrix postgres
WITH {offer_postgres}, {matrix} SELECT count(*) FROM cell WHERE {matrix_filters};

-- name: compliance.end_of_matrix_window
-- The last of the next $5 signatures from $4 on; NULL when there is none.
SELECT max(id) FROM (
    SELECT s.id AS id FROM signature AS s
    WHERE (s.account_id = $1 OR $1 = 0) AND (s.id = $2 OR $2 = 0) AND (s.name = $3 OR $3 = '') AND s.id >= $4
    ORDER BY s.id LIMIT $5
) AS signatures;
