-- Real-name registration with the carriers: where each signature stands on each network under each number, and every step
-- that led there.
CREATE TABLE registration (
    id                     BIGINT PRIMARY KEY,
    account_id             BIGINT NOT NULL REFERENCES account (id),
    signature_id           BIGINT NOT NULL REFERENCES signature (id),
    network                TEXT NOT NULL CHECK (network IN ('mobile', 'unicom', 'telecom', 'broadnet')),
    sender                 TEXT NOT NULL,         -- access number and extension code together
    channel_id             BIGINT NOT NULL,
    access_number          TEXT NOT NULL,
    extension_code         TEXT NOT NULL,
    state                  TEXT NOT NULL,
    reason                 TEXT NOT NULL,         -- the vendor's code
    signature_revision     BIGINT NOT NULL,       -- what was filed last
    qualification_id       BIGINT,
    qualification_revision BIGINT NOT NULL,
    registrar              TEXT NOT NULL,
    simulated              BIGINT NOT NULL,       -- was filed with nobody
    started_ms             BIGINT,
    filed_ms               BIGINT,                -- NULL: the registrar has not had it yet
    reference              TEXT NOT NULL,
    answered_ms            BIGINT,
    since_ms               BIGINT NOT NULL,       -- in this state
    inferred               TEXT NOT NULL CHECK (inferred IN ('', 'refused', 'accepted')),
    because                TEXT NOT NULL,         -- JSON: facts behind an inference or a doubt
    doubt                  BIGINT NOT NULL,
    version                BIGINT NOT NULL        -- counts changes: the optimistic lock
);
CREATE UNIQUE INDEX registration_place ON registration (signature_id, network, sender);
CREATE INDEX registration_sender ON registration (sender, network);
CREATE INDEX registration_account ON registration (account_id);
CREATE INDEX registration_registering ON registration (network, filed_ms) WHERE state = 'registering';
CREATE INDEX registration_answered ON registration (network, answered_ms) WHERE answered_ms IS NOT NULL;

-- Append-only.
CREATE TABLE registration_step (
    id              BIGINT PRIMARY KEY,
    registration_id BIGINT NOT NULL REFERENCES registration (id),
    at_ms           BIGINT NOT NULL,
    actor           TEXT NOT NULL,
    door            TEXT NOT NULL,
    address         TEXT NOT NULL,
    event           TEXT NOT NULL,
    before_state    TEXT NOT NULL,
    after_state     TEXT NOT NULL,
    reason          TEXT NOT NULL,
    registrar       TEXT NOT NULL,
    sent            TEXT NOT NULL,                -- JSON: what was sent
    came_back       TEXT NOT NULL                 -- JSON: what came back
);
CREATE INDEX registration_step_of ON registration_step (registration_id, id);
