-- name: compliance.unfiled_registrations
-- Of a registrar, by their ids; $2: behind this one. All networks are named so that the index of what is registering serves it.
SELECT id FROM registration
WHERE state = 'registering' AND network IN ('mobile', 'unicom', 'telecom', 'broadnet') AND filed_ms IS NULL
    AND registrar = $1 AND id > $2
ORDER BY id LIMIT $3;
