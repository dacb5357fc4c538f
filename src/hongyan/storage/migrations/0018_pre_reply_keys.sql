-- What carriers call the texts that they brought lately, as keyed hashes: one that comes again is no second reply.
CREATE TABLE reply_key (
    key            BIGINT PRIMARY KEY,
    until_ms       BIGINT NOT NULL
);
CREATE INDEX reply_key_until ON reply_key (until_ms);
