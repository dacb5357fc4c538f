-- Plans by which many registrations begin, wave by wave.
CREATE TABLE registration_plan (
    id        BIGINT PRIMARY KEY,        -- 1, 2, 3, …: people type it
    made_ms   BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    wave_size BIGINT NOT NULL,
    days      BIGINT NOT NULL,           -- after which the next wave begins without the last answers
    waves     BIGINT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('planned', 'running', 'paused', 'done')),
    wave      BIGINT NOT NULL,           -- the one that has begun; 0 before the first
    wave_ms   BIGINT,                    -- when it began
    version   BIGINT NOT NULL            -- counts changes: the optimistic lock
);

CREATE TABLE registration_plan_item (
    plan_id      BIGINT NOT NULL,
    position     BIGINT NOT NULL,
    wave         BIGINT NOT NULL,
    account_id   BIGINT NOT NULL,
    signature_id BIGINT NOT NULL,
    sign_name    TEXT NOT NULL,
    network      TEXT NOT NULL,
    traffic      BIGINT NOT NULL,        -- messages before it was planned
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'skipped')),
    why          TEXT NOT NULL,          -- code of what hindered a skipped one
    PRIMARY KEY (plan_id, position)
);
