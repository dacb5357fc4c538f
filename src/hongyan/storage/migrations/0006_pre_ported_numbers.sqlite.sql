-- Mainland numbers that were ported to another carrier than their prefix says. No number stands here in clear.
-- The hash is the row's own key: one tree instead of two.
CREATE TABLE ported_number (
    number_hash    INTEGER PRIMARY KEY,     -- as in message.number_hash
    carrier        TEXT NOT NULL CHECK (carrier IN ('mobile', 'unicom', 'telecom', 'broadnet')),
    since_ms       INTEGER NOT NULL,        -- when it was ported; when we heard of it, where nobody says
    source         TEXT NOT NULL            -- who says so
) STRICT;
