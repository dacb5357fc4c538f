-- name: compliance.unfiled_registrations
-- Of a registrar, by their ids; $2: behind this one. All networks are named so that the index of what is registering serves it.
SELECT id FROM registration
WHERE state = 'registering' AND network IN ('mobile', 'unicom', 'telecom', 'broadnet') AND filed_ms IS NULL
    AND registrar = $1 AND id > $2
ORDER BY id LIMIT $3;

-- part: packs
SELECT reference, network, made_ms, actor, as_csv, filings FROM filing_pack

-- name: compliance.add_filing_pack
INSERT INTO filing_pack (reference, network, made_ms, actor, as_csv, filings) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: compliance.filing_pack
{packs} WHERE reference = $1;

-- name: compliance.filing_packs
-- The newest first, behind the one of this moment ($1) and reference ($2).
{packs} WHERE made_ms < $1 OR (made_ms = $1 AND reference < $2) ORDER BY made_ms DESC, reference DESC LIMIT $3;
