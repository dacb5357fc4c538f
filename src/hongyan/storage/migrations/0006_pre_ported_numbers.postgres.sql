-- Mainland numbers that were ported to another carrier than their prefix says. No number stands here in clear.
CREATE TABLE ported_number (
    number_hash    BIGINT PRIMARY KEY,      -- as in message.number_hash
    carrier        TEXT NOT NULL CHECK (carrier IN ('mobile', 'unicom', 'telecom', 'broadnet')),
    since_ms       BIGINT NOT NULL,         -- when it was ported; when we heard of it, where nobody says
    source         TEXT NOT NULL            -- who says so
);
