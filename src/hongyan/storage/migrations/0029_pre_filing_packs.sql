-- Filing packs that somebody has taken, so that they can be had once more. The files are made again of what they held.
CREATE TABLE filing_pack (
    reference TEXT PRIMARY KEY,          -- by what the pack holds
    network   TEXT NOT NULL,
    made_ms   BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    as_csv    BIGINT NOT NULL,
    filings   TEXT NOT NULL              -- JSON: [[registration id, reference], …]
);
CREATE INDEX filing_pack_made ON filing_pack (made_ms, reference);
CREATE INDEX registration_test_account ON registration_test (account_id, id);
